def clip_gradient(x, limit):
    norm = jnp.sqrt(jnp.sum(x**2))
    return jnp.where(norm > limit, x * limit / norm, x)
