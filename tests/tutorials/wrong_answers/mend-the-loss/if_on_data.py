def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    n = jnp.linalg.norm(h, axis=1, keepdims=True)
    if (n == 0).any():
        n = jnp.where(n == 0, 1.0, n)
    u = h / n
    return jnp.mean((u @ params["head"] - y) ** 2)
