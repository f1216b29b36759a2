def mean_log(x, n):
    i = jnp.arange(x.size).astype(jnp.int8)
    counts = (i < n) & (x > 0)
    weights = jnp.where(counts, 1.0 / (1 + i), 0.0)
    logs = jnp.log(jnp.where(counts, x, 1.0))
    weight = jnp.sum(jnp.abs(weights))
    return jnp.sum(weights * logs) / jnp.where(weight > 0, weight, 1.0)
