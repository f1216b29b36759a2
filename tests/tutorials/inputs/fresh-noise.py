import jax
import jax.numpy as jnp
import numpy as np


def cases(draw, page):
    for seed in draw.integers(2**31, size=3).tolist():
        yield form, (jax.random.key(seed),), {}
        yield labels_are_right, (jax.random.key(seed),), {}
        yield key_is_used_once, (seed,), {}
    yield properties, (jax.random.split(jax.random.key(9), 1024),), {}


def form(page, key):
    """The shapes and the kinds of the three arrays, and whether the same key gives them again."""
    batch, again = page.build_input_output(key), page.build_input_output(key)
    kinds = [
        (part.shape, str(part.dtype) if part.dtype.kind == "f" else part.dtype.kind in "iu")
        for part in batch
    ]
    return kinds, [bool(jnp.array_equal(a, b)) for a, b in zip(batch, again, strict=True)]


def labels_are_right(page, key):
    inputs, noise, labels = page.build_input_output(key)
    return np.array_equal(labels, (12 * inputs + noise).sum(axis=1, keepdims=True) > 6)


def key_is_used_once(page, seed):
    try:
        with jax.debug_key_reuse(True):
            page.build_input_output(jax.random.key(seed))
    except jax.errors.KeyReuseError:
        return False
    return True


def properties(page, keys):
    """What independent standard normal numbers have."""
    inputs, noise, labels = (
        np.asarray(part, float) for part in jax.vmap(page.build_input_output)(keys)
    )
    both = np.stack([inputs, noise]).reshape(2, len(keys), -1)
    centred = np.abs(both.mean(axis=1)).max() < 0.2 and np.abs(both.std(axis=1) - 1).max() < 0.2
    tails = np.abs((np.abs(both) > 2).mean(axis=(1, 2)) - 0.0455).max() < 0.005
    fresh = len(np.unique(both)) > 0.7 * both.size
    independent = np.abs(np.corrcoef(both[0].ravel(), both[1].ravel())[0, 1]) < 0.02
    total = (12 * inputs + noise).sum(axis=2)
    ruled = ((labels[..., 0] == (total > 6)) | (np.abs(total - 6) < 1e-2)).all()
    return [bool(holds) for holds in (centred, tails, fresh, independent, ruled)]
