def mean_log(x, n):
    position = jnp.arange(x.size)
    use = position < n and x > 0
    weights = jnp.where(use, 1 / (1 + position), 0.0)
    return jnp.sum(weights * jnp.log(jnp.where(use, x, 1.0))) / jnp.maximum(jnp.sum(weights), 1e-6)
