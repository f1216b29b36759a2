def mean_log(x, n):
    def add(i, sums):
        w = jnp.where(x[i] > 0, 1 / (1 + i), 0.0)
        return sums[0] + w * jnp.log(jnp.where(x[i] > 0, x[i], 1.0)), sums[1] + w

    total, weight = jax.lax.fori_loop(0, n, add, (0.0, 0.0))
    return total / jnp.where(weight > 0, weight, 1.0)
