def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x)).tolist()
    xs, ys = [], []
    while order:
        chosen, order = order[:batch_size], order[batch_size:]
        xs.append(jnp.stack([x[i] for i in chosen]))
        ys.append(jnp.stack([y[i] for i in chosen]))
    return jnp.stack(xs), jnp.stack(ys)
