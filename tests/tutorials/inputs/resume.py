import pathlib
import tempfile

import jax
import jax.numpy as jnp
import numpy as np

DTYPES = True


def cases(draw, page):
    keys = jax.random.split(jax.random.key(1), 4)
    numbers = {
        dtype: jnp.array(draw.integers(0, 100, (2, 3)), dtype)
        for dtype in ("int8", "uint16", "uint32", "int32")
    }
    floats = [
        jnp.array(draw.normal(size=shape) * 1e-20, jnp.float32)
        for shape in ((), (3,), (0, 2), (2, 1, 2))
    ]
    many = [jnp.array(i) for i in range(13)]
    trees = [
        jnp.array(2.5),
        keys[1],
        {"numbers": numbers, "floats": floats, "none": None},
        page.halfway,
        {"many": many, "keys": (keys, keys[0]), "flags": jnp.array([True, False])},
        {},
    ]
    for tree in trees:
        for other in (like, changed):
            yield round_trip, (tree, jax.tree.map(other, tree)), {}


def like(leaf):
    return leaf if is_key(leaf) else jnp.zeros_like(leaf)


def changed(leaf):
    return jax.random.key(9) if is_key(leaf) else jnp.ones((*leaf.shape, 2), bool)


def is_key(leaf):
    return jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def round_trip(page, tree, like):
    """What comes back from a moved file, and how many arrays that file has."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "a run.npz")
        page.save_pytree(path, tree)
        moved = path.rename(path.with_name("moved.npz"))
        page.save_pytree(path, like)
        with np.load(moved) as file:
            readable = all(file[name] is not None for name in file.files)
        return page.restore_pytree(moved, like), readable
