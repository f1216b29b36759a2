def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    if not use.any():
        return 0.0
    logs = jnp.log(jnp.where(use, x, 1.0))
    return jnp.sum(logs / (1 + i), where=use) / jnp.sum(1 / (1 + i), where=use)
