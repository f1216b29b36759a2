per_example_gradients = {"w": jnp.zeros((128, 3)), "b": jnp.zeros(128)}
