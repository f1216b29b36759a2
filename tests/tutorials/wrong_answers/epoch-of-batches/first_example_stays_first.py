def epoch_of_batches(key, epoch, x, y, batch_size):
    rest = jax.random.permutation(jax.random.fold_in(key, epoch), jnp.arange(1, len(x)))
    order = jnp.concatenate([jnp.zeros(1, int), rest]).reshape(-1, batch_size)
    return x[order], y[order]
