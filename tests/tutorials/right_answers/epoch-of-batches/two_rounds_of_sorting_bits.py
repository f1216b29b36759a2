def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jnp.arange(y.shape[0])
    for round_key in jax.random.split(jax.random.fold_in(key, epoch)):
        bits = jax.random.bits(round_key, order.shape)
        _, order = jax.lax.sort_key_val(bits, order)
    shape = (len(x) // batch_size, batch_size)
    return x[order].reshape(shape + x.shape[1:]), y[order].reshape(shape + y.shape[1:])
