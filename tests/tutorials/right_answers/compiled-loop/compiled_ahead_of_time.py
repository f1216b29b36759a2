traced = jax.jit(lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr))
my_jitted_update = traced.lower(my_haiku_params, inputs, outputs, learning_rate).compile()
