def mean_log(x, n):
    branches = [lambda x, k=k: jnp.mean(jnp.log(jnp.where(x[:k] > 0, x[:k], 1.0))) for k in range(1, x.size + 1)]
    return jax.lax.switch(n - 1, branches, x)
