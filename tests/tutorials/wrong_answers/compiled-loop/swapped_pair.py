@jax.jit
def my_jitted_update(params, x, y, lr):
    loss, new_params = my_update(params, my_haiku_net, x, y, lr)
    return new_params, loss
