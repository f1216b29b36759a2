def mean_log(x, n):
    positive = x[:n] > 0
    weights = jnp.where(positive, 1.0 / (1 + jnp.arange(x.size)[:n]), 0.0)
    logs = jnp.log(jnp.where(positive, x[:n], 1.0))
    return jnp.sum(weights * logs) / jnp.maximum(jnp.sum(weights), 1e-30)
