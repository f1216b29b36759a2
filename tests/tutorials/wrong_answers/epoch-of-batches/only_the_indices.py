def epoch_of_batches(key, epoch, x, y, batch_size):
    return jax.random.permutation(jax.random.fold_in(key, epoch), len(x)).reshape(-1, batch_size)
