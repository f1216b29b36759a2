def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    squares = jnp.sum(h**2, axis=1)
    some = squares > 0
    u = h / jnp.sqrt(jnp.where(some, squares, 1.0))[:, None]
    return jnp.mean(jnp.where(some, (u @ params["head"] - y) ** 2, 0.0))
