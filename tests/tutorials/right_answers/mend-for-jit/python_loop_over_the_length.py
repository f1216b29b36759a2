def mean_log(x, n):
    total = weight = 0.0
    for i in range(x.shape[0]):
        use = (i < n) & (x[i] > 0)
        total = total + jax.lax.cond(use, jnp.log, jnp.zeros_like, x[i]) / (1 + i)
        weight = weight + use / (1 + i)
    return jnp.where(weight > 0, total / jnp.where(weight > 0, weight, 1.0), 0.0)
