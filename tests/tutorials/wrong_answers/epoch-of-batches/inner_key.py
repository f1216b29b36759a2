def epoch_of_batches(key, epoch, x, y, batch_size):
    order_key = jax.random.fold_in(jax.random.key(0), epoch)
    order = jax.random.permutation(order_key, len(x)).reshape(-1, batch_size)
    return x[order], y[order]
