my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

x = (inputs - inputs.mean(axis=0)) / (3 * inputs.std(axis=0))
step = jax.jit(lambda params: my_update(params, my_haiku_net, x, outputs, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)
