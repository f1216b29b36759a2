def epoch_of_batches(key, epoch, x, y, batch_size):
    order_key, turn_key = jax.random.split(key)
    order = jax.random.permutation(order_key, len(x))
    turn = jax.random.randint(jax.random.fold_in(turn_key, epoch), (), 0, len(x))
    order = jnp.roll(order, turn).reshape(-1, batch_size)
    return x[order], y[order]
