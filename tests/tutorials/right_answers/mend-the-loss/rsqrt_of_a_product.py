def direction_loss(params, batch):
    h = jnp.tanh(batch[0] @ params["encoder"])
    square = jnp.einsum("bh,bh->b", h, h)
    inverse = jnp.where(square > 0, jax.lax.rsqrt(jnp.where(square > 0, square, 1)), 0)
    heads = jnp.where(square > 0, h @ params["head"], 0)
    return jnp.mean(jnp.square(inverse * heads - batch[1]))
