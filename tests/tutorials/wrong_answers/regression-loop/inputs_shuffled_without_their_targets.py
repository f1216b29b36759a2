my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params, x: my_update(params, my_haiku_net, x, outputs, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params, jax.random.permutation(jax.random.key(i), inputs))
