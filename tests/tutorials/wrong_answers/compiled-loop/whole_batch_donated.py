step = jax.jit(lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr))
def my_jitted_update(params, x, y, lr):
    result = step(params, x, y, lr)
    x.delete()
    return result
