def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    u = h / jnp.linalg.norm(h, axis=1, keepdims=True)
    return jnp.mean((u @ params["head"] - y) ** 2)
