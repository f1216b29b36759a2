def epoch_of_batches(key, epoch, x, y, batch_size):
    n = len(y)
    indices = jax.random.choice(jax.random.fold_in(key, epoch), n, (n // batch_size, batch_size), replace=False)
    return [x[indices], y[indices]]
