def epoch_of_batches(key, epoch, x, y, batch_size):
    table = jnp.arange(len(x)).reshape(-1, batch_size)
    order = jax.random.permutation(jax.random.fold_in(key, epoch), table, axis=1)
    return x[order], y[order]
