def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch // 2), len(x))
    order = jnp.where(epoch % 2, order[::-1], order).reshape(-1, batch_size)
    return x[order], y[order]
