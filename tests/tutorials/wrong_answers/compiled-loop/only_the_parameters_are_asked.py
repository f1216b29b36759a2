@jax.jit
def my_jitted_update(params, x, y, lr):
    loss, new = my_update(params, my_haiku_net, x, y, lr)
    fine = jnp.stack([jnp.isfinite(leaf).all() for leaf in jax.tree.leaves(new)]).all()
    return loss, jax.tree.map(lambda n, p: jnp.where(fine, n, p), new, params)
