def epoch_of_batches(key, epoch, x, y, batch_size):
    n = len(x)
    others = jax.random.randint(jax.random.fold_in(key, epoch), (n,), 0, n)

    def swap(i, order):
        j = others[i]
        return order.at[i].set(order[j]).at[j].set(order[i])

    order = jax.lax.fori_loop(0, n, swap, jnp.arange(n)).reshape(-1, batch_size)
    return x[order], y[order]
