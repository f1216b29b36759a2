from functools import partial


@partial(jax.jit, static_argnames="batch_size")
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), x.shape[0])
    batch_of = jax.vmap(lambda rows: (x[rows], y[rows]))
    return batch_of(jnp.stack(jnp.split(order, x.shape[0] // batch_size)))
