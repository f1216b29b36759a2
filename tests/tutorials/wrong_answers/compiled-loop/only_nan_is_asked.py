@jax.jit
def my_jitted_update(params, x, y, lr):
    loss, new = my_update(params, my_haiku_net, x, y, lr)
    bad = jnp.stack([jnp.isnan(leaf).any() for leaf in jax.tree.leaves((loss, new))]).any()
    return loss, jax.tree.map(lambda n, p: jnp.where(bad, p, n), new, params)
