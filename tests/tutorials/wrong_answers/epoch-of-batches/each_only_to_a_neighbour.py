def epoch_of_batches(key, epoch, x, y, batch_size):
    draws = jnp.arange(len(x)) + 0.9 * len(x) * jax.random.uniform(jax.random.fold_in(key, epoch), (len(x),))
    order = jnp.argsort(draws).reshape(-1, batch_size)
    return x[order], y[order]
