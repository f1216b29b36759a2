@jax.jit
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(jnp.einsum("bd,dh->bh", x, params["encoder"]))
    largest = jax.lax.stop_gradient(jnp.abs(h).max(axis=1, keepdims=True))
    h = h / jnp.where(largest > 0, largest, 1.0)  # the direction stays
    length = jnp.linalg.norm(jnp.where(largest > 0, h, 1.0), axis=1, keepdims=True)
    u = jnp.where(largest > 0, h / length, 0.0)
    return jnp.sum(jnp.square(u @ params["head"] - y)) / y.size
