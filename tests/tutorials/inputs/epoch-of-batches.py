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
