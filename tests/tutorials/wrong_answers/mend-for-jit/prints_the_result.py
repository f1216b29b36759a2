def mean_log(x, n):
    i = jnp.arange(x.size)
    use = (i < n) & (x > 0)
    logs = jnp.log(jnp.where(use, x, 1.0))
    jax.debug.print("{}", jnp.sum(logs / (1 + i)) / jnp.maximum(jnp.sum(use / (1 + i)), 1e-30))
