def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jnp.arange(len(x))
    for step in range(epoch):
        order = order[jax.random.permutation(jax.random.fold_in(key, step), len(x))]
    order = order.reshape(-1, batch_size)
    return x[order], y[order]
