def epoch_of_batches(key, epoch, x, y, batch_size):
    epoch_key = jax.random.fold_in(key, epoch)
    order = jax.random.permutation(epoch_key, len(y)).reshape(-1, batch_size)
    xs = jax.random.permutation(jax.random.fold_in(epoch_key, 1), x, independent=True)
    return xs[order], y[order]
