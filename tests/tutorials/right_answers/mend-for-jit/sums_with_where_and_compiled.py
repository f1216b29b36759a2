from functools import partial


@jax.jit
def mean_log(x, n):
    weights = 1 / jnp.arange(1, x.shape[0] + 1)
    use = (jnp.arange(x.shape[0]) < n) & (x > 0)
    sum_used = partial(jnp.sum, where=use)
    x = jnp.where(use, x, 1)
    return sum_used(weights * jnp.log(x)) / jnp.maximum(sum_used(weights), 1e-30)
