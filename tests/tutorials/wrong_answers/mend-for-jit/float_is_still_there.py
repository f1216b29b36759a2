def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    logs = jnp.log(jnp.where(use, x, 1.0))
    total, weight = jnp.sum(logs / (1 + i)), jnp.sum(1 / (1 + i), where=use)
    return float(total / jnp.where(weight > 0, weight, 1.0))
