def epoch_of_batches(key, epoch, x, y, batch_size):
    n = len(x)
    draws = jax.random.uniform(jax.random.fold_in(key, epoch), (n,))

    def swap(step, order):  # Fisher and Yates
        i = n - 1 - step
        j = (draws[i] * (i + 1)).astype(int)
        return order.at[i].set(order[j]).at[j].set(order[i])

    order = jax.lax.fori_loop(0, n - 1, swap, jnp.arange(n)).reshape(-1, batch_size)
    return x[order], y[order]
