inputs, noise, labels = spoiled_input_output(jax.random.key(0))
build_input_output = inputs, noise, labels
