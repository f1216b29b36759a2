my_jitted_update = jax.jit(lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr))
