def epoch_of_batches(key, epoch, x, y, batch_size):
    x_key, y_key = jax.random.split(jax.random.fold_in(key, epoch))
    x, y = jax.random.permutation(x_key, x), jax.random.permutation(y_key, y)
    return x.reshape(-1, batch_size, *x.shape[1:]), y.reshape(-1, batch_size)
