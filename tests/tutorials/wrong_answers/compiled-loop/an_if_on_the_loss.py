@jax.jit
def my_jitted_update(params, x, y, lr):
    loss, new = my_update(params, my_haiku_net, x, y, lr)
    if jnp.isfinite(loss):
        return loss, new
    return loss, params
