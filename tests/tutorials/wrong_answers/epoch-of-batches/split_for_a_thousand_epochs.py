def epoch_of_batches(key, epoch, x, y, batch_size):
    epoch_key = jax.random.split(key, 1000)[epoch]
    order = jax.random.permutation(epoch_key, jnp.arange(len(x)))
    shuffled = jax.tree.map(lambda a: a[order], (x, y))
    return jax.tree.map(lambda a: a.reshape((-1, batch_size) + a.shape[1:]), shuffled)
