step = jax.jit(lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr)[1])
def my_jitted_update(params, x, y, lr):
    return square_loss(params, my_haiku_net, x, y), step(params, x, y, lr)
