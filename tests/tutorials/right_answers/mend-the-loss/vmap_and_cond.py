def direction(h):
    return jax.lax.cond(
        jnp.any(h != 0),
        lambda h: h / jnp.sqrt(jnp.sum(jnp.where(jnp.any(h != 0), h, 1.0) ** 2)),
        lambda h: 0 * h,
        h,
    )


def direction_loss(params, batch):
    x, y = batch
    u = jax.vmap(direction)(jnp.tanh(x @ params["encoder"]))
    return ((u @ params["head"] - y) ** 2).mean()
