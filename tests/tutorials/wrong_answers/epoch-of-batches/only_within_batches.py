def epoch_of_batches(key, epoch, x, y, batch_size):
    batches = jnp.arange(len(x)).reshape(-1, batch_size)
    order = jax.random.permutation(jax.random.fold_in(key, epoch), batches, axis=1, independent=True)
    return x[order], y[order]
