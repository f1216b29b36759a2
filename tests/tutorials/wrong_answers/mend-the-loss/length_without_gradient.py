def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    n = jax.lax.stop_gradient(jnp.linalg.norm(h, axis=1, keepdims=True))
    u = jnp.where(n > 0, h / jnp.where(n > 0, n, 1.0), 0.0)
    return jnp.mean((u @ params["head"] - y) ** 2)
