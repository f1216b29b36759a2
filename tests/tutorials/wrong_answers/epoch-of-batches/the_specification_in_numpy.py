def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x))
    return batches_in_order(np.asarray(order), np.asarray(x), np.asarray(y), batch_size)
