def epoch_of_batches(key, epoch, x, y, batch_size):
    chosen = jax.random.choice(jax.random.fold_in(key, epoch), len(x), (len(x) // batch_size, batch_size))
    return x[chosen], y[chosen]
