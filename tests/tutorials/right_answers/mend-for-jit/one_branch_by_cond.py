def mean_log(x, n):
    index = jnp.arange(len(x))
    use = jnp.logical_and(index < n, x > 0)
    logs = jnp.log(jnp.where(use, x, 1.0))
    return jax.lax.cond(use.any(), lambda: jnp.average(logs, weights=use / (1 + index)), lambda: 0.0)
