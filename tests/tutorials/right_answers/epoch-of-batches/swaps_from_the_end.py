def epoch_of_batches(key, epoch, x, y, batch_size):
    order, key = list(range(len(x))), jax.random.fold_in(key, epoch)
    draws = jax.random.uniform(key, (len(x),))
    for i in range(len(x) - 1, 0, -1):  # Fisher and Yates
        j = int(draws[i] * (i + 1))
        order[i], order[j] = order[j], order[i]
    indices = jnp.array(order).reshape(-1, batch_size)
    return x[indices], y[indices]
