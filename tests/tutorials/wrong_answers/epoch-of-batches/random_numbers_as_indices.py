def epoch_of_batches(key, epoch, x, y, batch_size):
    chosen = jax.random.randint(jax.random.fold_in(key, epoch), (len(x),), 0, len(x)).reshape(-1, batch_size)
    return x[chosen], y[chosen]
