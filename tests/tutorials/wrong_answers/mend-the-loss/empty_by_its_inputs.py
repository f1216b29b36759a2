def direction_loss(params, batch):
    x, y = batch
    empty = jnp.all(x == 0, axis=1, keepdims=True)
    h = jnp.where(empty, 1.0, jnp.tanh(x @ params["encoder"]))
    u = jnp.where(empty, 0.0, h / jnp.linalg.norm(h, axis=1, keepdims=True))
    return jnp.mean((u @ params["head"] - y) ** 2)
