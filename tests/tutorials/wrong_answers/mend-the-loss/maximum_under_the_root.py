def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    squares = jnp.sum(h**2, axis=1, keepdims=True)
    u = h * jax.lax.rsqrt(jnp.maximum(squares, 1e-16))
    return jnp.mean((u @ params["head"] - y) ** 2)
