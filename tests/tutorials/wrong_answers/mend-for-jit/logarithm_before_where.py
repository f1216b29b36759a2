def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    weights = jnp.where(use, 1.0 / (1 + i), 0.0)
    total = jnp.sum(weights * jnp.where(use, jnp.log(x), 0.0))
    weight = jnp.sum(weights)
    return jnp.where(weight > 0, total / jnp.where(weight > 0, weight, 1.0), 0.0)
