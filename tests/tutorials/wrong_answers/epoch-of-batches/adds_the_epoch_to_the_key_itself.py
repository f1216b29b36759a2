def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(key + epoch, len(x)).reshape(-1, batch_size)
    return x[order], y[order]
