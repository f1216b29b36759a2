def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jnp.argsort(jax.random.uniform(jax.random.fold_in(key, epoch), (x.shape[0],)))
    cut = lambda a: jnp.take(a, order, axis=0).reshape(len(a) // batch_size, batch_size, *a.shape[1:])
    return cut(x), cut(y)
