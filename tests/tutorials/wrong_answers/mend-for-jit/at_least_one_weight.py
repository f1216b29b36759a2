def mean_log(x, n):
    i = jnp.arange(x.size)
    counts = (i < n) & (x > 0)
    weights = jnp.where(counts, 1.0 / (1 + i), 0.0)
    logs = jnp.log(jnp.where(counts, x, 1.0))
    return jnp.sum(weights * logs) / jnp.maximum(jnp.sum(weights), 1.0)
