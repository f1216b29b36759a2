def epoch_of_batches(key, epoch, x, y, batch_size):
    start = jax.random.randint(jax.random.fold_in(key, epoch), (), 0, len(x))
    order = jnp.roll(jnp.arange(len(x)), start).reshape(-1, batch_size)
    return x[order], y[order]
