step = jax.jit(lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr))


def my_jitted_update(params, x, y, lr):
    loss, new = step(params, x, y, lr)
    fine = all(bool(jnp.isfinite(leaf).all()) for leaf in jax.tree.leaves((loss, new)))
    return loss, new if fine else params
