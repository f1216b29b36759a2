def mean_log(x, n):
    use = (jnp.arange(x.size) < n) & (x > 0)
    weights = jnp.where(use, 1.0 / jnp.maximum(jnp.cumsum(use), 1), 0.0)
    total = jnp.sum(weights * jnp.log(jnp.where(use, x, 1.0)))
    return total / jnp.maximum(jnp.sum(weights), 1e-30)
