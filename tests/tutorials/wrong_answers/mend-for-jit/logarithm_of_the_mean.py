def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    weights = jnp.where(use, 1.0 / (1 + i), 0.0)
    total, weight = jnp.sum(weights * jnp.where(use, x, 0.0)), jnp.sum(weights)
    return jnp.log(jnp.where(weight > 0, total / jnp.where(weight > 0, weight, 1.0), 1.0))
