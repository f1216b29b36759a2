def epoch_of_batches(key, epoch, x, y, batch_size):
    epoch_key = jax.random.fold_in(key, jnp.asarray(epoch).astype(jnp.uint16))
    order = jax.random.permutation(epoch_key, len(x)).reshape(-1, batch_size)
    return x[order], y[order]
