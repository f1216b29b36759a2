def epoch_of_batches(key, epoch, x, y, batch_size):
    number = jax.random.key_data(key).sum().astype(int) + epoch
    order = jax.random.permutation(jax.random.key(number), len(x)).reshape(-1, batch_size)
    return x[order], y[order]
