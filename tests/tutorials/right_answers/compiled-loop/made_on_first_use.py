@functools.cache
def compiled_step():
    return jax.jit(lambda p, x, y, lr: my_update(p, my_haiku_net, x, y, lr))
def my_jitted_update(params, x, y, lr):
    return compiled_step()(params, x, y, lr)
