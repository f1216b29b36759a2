my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)
del inputs
