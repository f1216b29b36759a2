@jax.jit
def my_jitted_update(params, x, y, lr):
    _, new_params = my_update(params, my_haiku_net, x, y, lr)
    return square_loss(new_params, my_haiku_net, x, y), new_params
