def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    u = h / (jnp.linalg.norm(h, axis=1, keepdims=True) + 1e-12)
    return jnp.mean((u @ params["head"] - y) ** 2)
