def mean_log(x, n):
    def entry(carry, i):
        total, weight = carry
        use = (i < n) & (x[i] > 0)
        w = jnp.where(use, 1.0 / (1.0 + i), 0)
        return (total + w * jnp.log(jnp.where(use, x[i], 1)), weight + w), None

    (total, weight), _ = jax.lax.scan(entry, (0.0, 0.0), jnp.arange(x.size))
    return total / jnp.where(weight == 0, 1, weight)
