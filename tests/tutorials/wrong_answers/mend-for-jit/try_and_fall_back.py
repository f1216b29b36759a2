def mean_log(x, n):
    try:
        if not (x[:n] > 0).any():
            return 0.0
    except Exception:
        pass
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    return jnp.sum(jnp.log(x) / (1 + i), where=use) / jnp.sum(1 / (1 + i), where=use)
