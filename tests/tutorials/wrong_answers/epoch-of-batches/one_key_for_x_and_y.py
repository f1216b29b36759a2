def epoch_of_batches(key, epoch, x, y, batch_size):
    epoch_key = jax.random.fold_in(key, epoch)
    x, y = jax.random.permutation(epoch_key, x), jax.random.permutation(epoch_key, y)
    return x.reshape(-1, batch_size, *x.shape[1:]), y.reshape(-1, batch_size)
