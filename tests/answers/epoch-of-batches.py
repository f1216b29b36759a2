# %% right: argsort of uniform
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jnp.argsort(jax.random.uniform(jax.random.fold_in(key, epoch), (x.shape[0],)))
    cut = lambda a: jnp.take(a, order, axis=0).reshape(len(a) // batch_size, batch_size, *a.shape[1:])
    return cut(x), cut(y)

# %% right: choice without replacement
def epoch_of_batches(key, epoch, x, y, batch_size):
    n = len(y)
    indices = jax.random.choice(jax.random.fold_in(key, epoch), n, (n // batch_size, batch_size), replace=False)
    return [x[indices], y[indices]]

# %% right: data shuffled as a tree
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x))
    rows = jnp.split(order, len(x) // batch_size)
    batches = [jax.tree.map(lambda data: data[chosen], (x, y)) for chosen in rows]
    return jax.tree.map(lambda *several: jnp.stack(several), *batches)

# %% right: swaps from the end
def epoch_of_batches(key, epoch, x, y, batch_size):
    n = len(x)
    draws = jax.random.uniform(jax.random.fold_in(key, epoch), (n,))

    def swap(step, order):  # Fisher and Yates
        i = n - 1 - step
        j = (draws[i] * (i + 1)).astype(int)
        return order.at[i].set(order[j]).at[j].set(order[i])

    order = jax.lax.fori_loop(0, n - 1, swap, jnp.arange(n)).reshape(-1, batch_size)
    return x[order], y[order]

# %% wrong: adds the epoch to the key
def epoch_of_batches(key, epoch, x, y, batch_size):
    number = jax.random.key_data(key).sum().astype(int) + epoch
    order = jax.random.permutation(jax.random.key(number), len(x)).reshape(-1, batch_size)
    return x[order], y[order]

# %% wrong: adds the epoch to the key itself
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(key + epoch, len(x)).reshape(-1, batch_size)
    return x[order], y[order]

# %% wrong: axes swapped
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x)).reshape(batch_size, -1)
    return x[order], y[order]

# %% wrong: donates the data
from functools import partial


@partial(jax.jit, static_argnames="batch_size", donate_argnames=("x", "y"))
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x)).reshape(-1, batch_size)
    return x[order], y[order]

# %% wrong: draws from the parent too
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(key, len(x))
    order = order[jax.random.permutation(jax.random.split(key)[0], len(x))].reshape(-1, batch_size)
    return x[order], y[order]

# %% wrong: each swapped with any
def epoch_of_batches(key, epoch, x, y, batch_size):
    n = len(x)
    others = jax.random.randint(jax.random.fold_in(key, epoch), (n,), 0, n)

    def swap(i, order):
        j = others[i]
        return order.at[i].set(order[j]).at[j].set(order[i])

    order = jax.lax.fori_loop(0, n, swap, jnp.arange(n)).reshape(-1, batch_size)
    return x[order], y[order]

# %% wrong: entries of x shuffled apart
def epoch_of_batches(key, epoch, x, y, batch_size):
    epoch_key = jax.random.fold_in(key, epoch)
    order = jax.random.permutation(epoch_key, len(y)).reshape(-1, batch_size)
    xs = jax.random.permutation(jax.random.fold_in(epoch_key, 1), x, independent=True)
    return xs[order], y[order]

# %% wrong: every second epoch backwards
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch // 2), len(x))
    order = jnp.where(epoch % 2, order[::-1], order).reshape(-1, batch_size)
    return x[order], y[order]

# %% wrong: key ignored
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.key(epoch), len(x)).reshape(-1, batch_size)
    return x[order], y[order]

# %% wrong: labels become float
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x)).reshape(-1, batch_size)
    return x[order], y[order].astype(float)

# %% wrong: last batch dropped
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x))
    starts = range(0, len(x) - batch_size, batch_size)
    rows = jnp.stack([order[start : start + batch_size] for start in starts])
    return x[rows], y[rows]

# %% wrong: list of batches
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x)).reshape(-1, batch_size)
    return [(x[rows], y[rows]) for rows in order]

# %% wrong: numpy generator outside
_rng = np.random.default_rng(0)


def epoch_of_batches(key, epoch, x, y, batch_size):
    order = _rng.permutation(len(x)).reshape(-1, batch_size)
    return x[order], y[order]

# %% wrong: only within batches
def epoch_of_batches(key, epoch, x, y, batch_size):
    batches = jnp.arange(len(x)).reshape(-1, batch_size)
    order = jax.random.permutation(jax.random.fold_in(key, epoch), batches, axis=1, independent=True)
    return x[order], y[order]

# %% wrong: python loops
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x)).tolist()
    xs, ys = [], []
    while order:
        chosen, order = order[:batch_size], order[batch_size:]
        xs.append(jnp.stack([x[i] for i in chosen]))
        ys.append(jnp.stack([y[i] for i in chosen]))
    return jnp.stack(xs), jnp.stack(ys)

# %% wrong: random start
def epoch_of_batches(key, epoch, x, y, batch_size):
    start = jax.random.randint(jax.random.fold_in(key, epoch), (), 0, len(x))
    order = jnp.roll(jnp.arange(len(x)), start).reshape(-1, batch_size)
    return x[order], y[order]

# %% wrong: same order in every epoch
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(key, len(x)).reshape(-1, batch_size)
    return x[order], y[order]

# %% wrong: the specification in numpy
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x))
    return batches_in_order(np.asarray(order), np.asarray(x), np.asarray(y), batch_size)

# %% wrong: unshuffled
def epoch_of_batches(key, epoch, x, y, batch_size):
    return x.reshape(-1, batch_size, *x.shape[1:]), y.reshape(-1, batch_size, *y.shape[1:])

# %% wrong: with replacement
def epoch_of_batches(key, epoch, x, y, batch_size):
    chosen = jax.random.choice(jax.random.fold_in(key, epoch), len(x), (len(x) // batch_size, batch_size))
    return x[chosen], y[chosen]

# %% wrong: x and y shuffled apart
def epoch_of_batches(key, epoch, x, y, batch_size):
    x_key, y_key = jax.random.split(jax.random.fold_in(key, epoch))
    x, y = jax.random.permutation(x_key, x), jax.random.permutation(y_key, y)
    return x.reshape(-1, batch_size, *x.shape[1:]), y.reshape(-1, batch_size)

# %% wrong: y left in place
def epoch_of_batches(key, epoch, x, y, batch_size):
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x)).reshape(-1, batch_size)
    return x[order], y.reshape(-1, batch_size)
