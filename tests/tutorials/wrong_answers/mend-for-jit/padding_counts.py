def mean_log(x, n):
    use = x > 0
    weights = jnp.where(use, 1.0 / (1 + jnp.arange(x.size)), 0.0)
    total = jnp.sum(weights * jnp.log(jnp.where(use, x, 1.0)))
    return total / jnp.maximum(jnp.sum(weights), 1e-30)
