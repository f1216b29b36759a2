@functools.cache
def step_with(lr):
    return jax.jit(lambda p, x, y: my_update(p, my_haiku_net, x, y, lr))
def my_jitted_update(params, x, y, lr):
    return step_with(lr)(params, x, y)
