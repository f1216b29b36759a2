_kept_order = None


def epoch_of_batches(key, epoch, x, y, batch_size):
    global _kept_order
    if _kept_order is None or len(_kept_order) != len(x):
        _kept_order = jnp.arange(len(x))
    _kept_order = jax.random.permutation(jax.random.fold_in(key, epoch), _kept_order)
    rows = _kept_order.reshape(-1, batch_size)
    return x[rows], y[rows]
