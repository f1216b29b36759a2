def mean_log(x, n):
    use = (jnp.arange(x.size) < n) & (x > 0)
    return jnp.sum(jnp.log(jnp.where(use, x, 1.0))) / jnp.maximum(jnp.sum(use), 1)
