my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

target = outputs[:, 0:1]
step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, target, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)
