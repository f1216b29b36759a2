def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch % 1000), len(x)).reshape(-1, batch_size)
    return x[order], y[order]
