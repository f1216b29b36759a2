def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x))
    starts = range(0, len(x) - batch_size, batch_size)
    rows = jnp.stack([order[start : start + batch_size] for start in starts])
    return x[rows], y[rows]
