@jax.jit
def my_jitted_update(params, x, y, lr):
    return my_update(my_haiku_params, my_haiku_net, x, y, lr)
