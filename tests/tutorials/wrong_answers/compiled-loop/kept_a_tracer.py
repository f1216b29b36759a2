log = []
@jax.jit
def step(params, x, y, lr):
    loss, new = my_update(params, my_haiku_net, x, y, lr)
    log.append(loss)
    return loss, new
def my_jitted_update(params, x, y, lr):
    _, new = step(params, x, y, lr)
    return log[-1], new
