@jax.jit
def my_jitted_update(params, x, y, lr):
    loss, new = my_update(params, my_haiku_net, x, y, lr)
    return loss, jax.tree.map(lambda n, p: jnp.where(jnp.isfinite(loss), n, p), new, params)
