def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    weights = jnp.where(use, 1.0 / (1 + i), 0.0)
    total = jnp.sum(weights * jnp.log(jnp.where(use, x, 1.0)))
    weight = jnp.sum(weights)
    return jnp.where(weight > 0, total / weight, 0.0)
