def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    empty = jnp.any(h == 0, axis=1, keepdims=True)
    filled = jnp.where(empty, 1.0, h)
    u = jnp.where(empty, 0.0, filled / jnp.linalg.norm(filled, axis=1, keepdims=True))
    return jnp.mean((u @ params["head"] - y) ** 2)
