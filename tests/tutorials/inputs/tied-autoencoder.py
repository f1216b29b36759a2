import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np


def cases(draw, page):
    for shape, size in (
        ((2, 3), 2),
        ((4,), 4),
        ((6, 5), 5),
        ((2, 0, 3), 1),
        ((1, 2, 1), 1),
        ((3, 2, 4), 7),
    ):
        x = jnp.float32(draw.normal(size=shape))
        for seed in (0, 7):
            yield started, (size, jax.random.key(seed), x), {}
        yield outcomes, (size, x), {}


def started(page, size, key, x):
    """The sizes of the parameters, of all arrays that start from zeros, and whether the others depend on the key."""
    init = hk.transform(lambda x: page.TiedAutoencoder(size)(x)).init
    params, others = init(key, x), init(jax.random.key(99), x)
    pairs = list(zip(*map(jax.tree.leaves, (params, others)), strict=True))
    zeros = sorted(leaf.shape for leaf, _ in pairs if not leaf.any())
    drawn = [
        bool((leaf != other).any()) and (leaf.size == 1 or np.ptp(leaf) > 0)
        for leaf, other in pairs
        if leaf.any()
    ]
    return sorted(leaf.size for leaf, _ in pairs), zeros, drawn if drawn else "none"


def outcomes(page, size, x):
    """The output, and the gradient with respect to x and to all parameters, eager and compiled."""
    net = hk.without_apply_rng(hk.transform(lambda x: page.TiedAutoencoder(size)(x)))
    leaves, tree = jax.tree.flatten(net.init(jax.random.key(0), x))
    numbers = np.random.default_rng(size).normal
    order = sorted(
        range(len(leaves)), key=lambda place: (leaves[place].ndim, place)
    )  # names are free
    for place in order:
        leaves[place] = jnp.float32(numbers(size=leaves[place].shape))
    gradient = jax.grad(lambda params, x: (net.apply(params, x) ** 2).sum(), (0, 1))
    params = tree.unflatten(leaves)
    slopes = gradient(params, x)
    return (
        net.apply(params, x),
        jax.jit(net.apply)(params, x),
        slopes[1],
        [jnp.sum(leaf**2) for leaf in jax.tree.leaves(slopes)],
    )
