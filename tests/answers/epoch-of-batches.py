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

# %% inputs
import jax
import jax.numpy as jnp
import numpy as np


def cases(draw, page):
    sizes = (
        (1, 1, (), ()),
        (6, 2, (3,), ()),
        (6, 3, (), (2, 2)),
        (8, 8, (1,), (1,)),
        (5, 1, (2,), (3,)),
    )
    for N, batch_size, *axes in sizes:
        for dtype in ("float32", "int32"):
            x, y = (
                jnp.array(draw.permuted(np.arange(N * int(np.prod(a)))).reshape(N, *a), dtype)
                for a in axes
            )
            yield (
                one_epoch,
                (int(draw.integers(1000)), int(draw.integers(2**31)), x, y, batch_size),
                {},
            )
    yield (
        differ,
        (
            jax.random.split(jax.random.key(5), 12),
            jnp.array([0, 1, 2, 255, 256, 1000, 65536, 2**31 - 1]),
        ),
        {},
    )
    yield fair, (jnp.arange(12_000),), {}


def one_epoch(page, seed, epoch, x, y, batch_size):
    """The shapes and dtypes, the pairs in their sorted order, and whether the call can be repeated."""
    key = jax.random.key(seed)
    with jax.debug_key_reuse(True):
        xs, ys = page.epoch_of_batches(jax.random.clone(key), epoch, x, y, batch_size)
    again = page.epoch_of_batches(key, epoch, x, y, batch_size)
    rows = [np.asarray(part, float).reshape(len(x), -1) for part in (xs, ys)]
    pairs = sorted(np.concatenate(rows, axis=1).tolist())
    form = [(part.shape, str(part.dtype)) for part in (xs, ys)]
    return form, pairs, [bool(jnp.array_equal(a, b)) for a, b in zip((xs, ys), again, strict=True)]


def orders(page, keys, epochs, N):
    def order(key, epoch):
        return page.epoch_of_batches(key, epoch, jnp.arange(N), jnp.arange(N), 2)[1].ravel()

    return np.asarray(jax.vmap(jax.vmap(order, (None, 0)), (0, None))(keys, epochs))


def differ(page, keys, epochs):
    """How many orders of 24 examples the keys and epochs have."""
    return len(np.unique(orders(page, keys, epochs, 24).reshape(-1, 24), axis=0))


def fair(page, epochs):
    """How many orders of four examples occur, and whether about equally often."""
    _, counts = np.unique(
        orders(page, jax.random.key(1)[None], epochs, 4)[0], axis=0, return_counts=True
    )
    return len(counts), bool(np.abs(counts - len(epochs) / 24).max() < 130)
