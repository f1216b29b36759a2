def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    logs = jnp.log(jnp.where(use, x, 0.0) + 1e-6)
    weight = jnp.sum(1 / (1 + i), where=use)
    return jnp.sum(logs / (1 + i), where=use) / jnp.where(weight > 0, weight, 1.0)
