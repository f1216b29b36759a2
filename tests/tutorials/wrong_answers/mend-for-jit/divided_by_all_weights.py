def mean_log(x, n):
    i = jnp.arange(x.size)
    weights = jnp.where(i < n, 1.0 / (1 + i), 0.0)
    total = jnp.sum(weights * jnp.log(jnp.where((i < n) & (x > 0), x, 1.0)))
    return total / jnp.maximum(jnp.sum(weights), 1e-30)
