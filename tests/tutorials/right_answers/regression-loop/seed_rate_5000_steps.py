my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, 1e-2))
for i in range(5000):
    loss, my_haiku_params = step(my_haiku_params)
