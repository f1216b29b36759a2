def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jnp.roll(jax.random.permutation(key, len(x)), epoch).reshape(-1, batch_size)
    return x[order], y[order]
