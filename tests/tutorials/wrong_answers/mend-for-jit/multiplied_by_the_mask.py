def mean_log(x, n):
    i = jnp.arange(x.size)
    weights = ((i < n) & (x > 0)) / (1 + i)
    return jnp.sum(weights * jnp.log(x)) / jnp.maximum(jnp.sum(weights), 1e-30)
