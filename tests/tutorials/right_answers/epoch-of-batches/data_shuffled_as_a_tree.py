def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x))
    rows = jnp.split(order, len(x) // batch_size)
    batches = [jax.tree.map(lambda data: data[chosen], (x, y)) for chosen in rows]
    return jax.tree.map(lambda *several: jnp.stack(several), *batches)
