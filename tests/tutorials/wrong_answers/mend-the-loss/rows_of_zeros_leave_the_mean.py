def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    s = (h ** 2).sum(1)
    ok = s > 0
    u = h / jnp.sqrt(jnp.where(ok, s, 1.0))[:, None]
    return jnp.sum(jnp.where(ok, (u @ params["head"] - y) ** 2, 0)) / jnp.maximum(ok.sum(), 1)
