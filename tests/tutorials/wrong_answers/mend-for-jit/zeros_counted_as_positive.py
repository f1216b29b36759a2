def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x >= 0)
    weight = jnp.sum(1 / (1 + i), where=use)
    return jnp.sum(jnp.log(x) / (1 + i), where=use) / jnp.where(weight > 0, weight, 1.0)
