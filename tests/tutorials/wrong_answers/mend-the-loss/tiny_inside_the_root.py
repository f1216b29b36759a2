def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    u = h / jnp.sqrt(jnp.sum(h**2, axis=1, keepdims=True) + 1e-20)
    return jnp.mean((u @ params["head"] - y) ** 2)
