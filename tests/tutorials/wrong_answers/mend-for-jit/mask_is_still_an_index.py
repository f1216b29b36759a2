def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    total, weight = jnp.sum(jnp.log(x[use]) / (1 + i[use])), jnp.sum(1 / (1 + i[use]))
    return total / jnp.where(weight > 0, weight, 1.0)
