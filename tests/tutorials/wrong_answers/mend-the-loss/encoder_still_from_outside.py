def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ first_params["encoder"])
    squares = jnp.sum(h**2, axis=1, keepdims=True)
    u = jnp.where(squares > 0, h / jnp.sqrt(jnp.where(squares > 0, squares, 1.0)), 0.0)
    return jnp.mean((u @ params["head"] - y) ** 2)
