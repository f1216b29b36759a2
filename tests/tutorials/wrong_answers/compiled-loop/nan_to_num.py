@jax.jit
def my_jitted_update(params, x, y, lr):
    return my_update(params, my_haiku_net, x, jnp.nan_to_num(y), lr)
