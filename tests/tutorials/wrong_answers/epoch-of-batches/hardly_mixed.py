def epoch_of_batches(key, epoch, x, y, batch_size):
    draws = jax.random.normal(jax.random.fold_in(key, epoch), (len(x),))
    order = jnp.argsort(draws + jnp.arange(len(x))).reshape(-1, batch_size)
    return x[order], y[order]
