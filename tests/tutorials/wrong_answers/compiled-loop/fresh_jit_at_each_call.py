def my_jitted_update(params, x, y, lr):
    return jax.jit(lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr))(params, x, y, lr)
