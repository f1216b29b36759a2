def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x))
    return x[order].reshape(-1, batch_size, *x.shape[1:]), y[order].reshape(-1, batch_size)
