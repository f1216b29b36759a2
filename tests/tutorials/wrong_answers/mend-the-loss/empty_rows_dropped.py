def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    some = jnp.any(h != 0, axis=1)
    h, y = h[some], y[some]
    u = h / jnp.linalg.norm(h, axis=1, keepdims=True)
    return jnp.mean((u @ params["head"] - y) ** 2)
