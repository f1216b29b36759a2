import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np

SIZES = (1, 1, 1, 1), (2, 3, 4, 5), (6, 5, 4, 5), (1, 2, 1, 3), (3, 1, 2, 2), (4, 4, 3, 1)


def cases(draw, page):
    for depth, rounds, rows, wide in SIZES:
        for size in (0.01, 1.0, 30.0):
            x = jnp.float32(size * draw.normal(size=(rows, wide)))
            w = jnp.float32(draw.normal(size=(depth, wide, wide)) / wide**0.5)
            yield applied, (w, jnp.float32(draw.normal(size=(depth, wide))), x, depth, rounds), {}
        yield random, (x, depth, rounds), {}
    yield equations, (2, 3, 6, 5), {}
    yield equations, (1, 2, 3, 4), {}
    yield slopes, (w, jnp.float32(draw.normal(size=(depth, wide))), x, depth, rounds), {}


def network(page, x, depth, rounds):
    net = hk.transform(lambda x: page.looped_stack(x, depth, rounds))
    return net, jax.jit(net.init)


def applied(page, w, b, x, depth, rounds):
    net, init = network(page, x, depth, rounds)
    params = jax.tree.map(lambda leaf: w if leaf.ndim == 3 else b, init(jax.random.key(0), x))
    return net.apply(params, None, x), jax.jit(net.apply)(params, None, x)


def slopes(page, w, b, x, depth, rounds):
    return jax.grad(lambda parts: (applied(page, *parts, x, depth, rounds)[0] ** 2).sum())((w, b))


def random(page, x, depth, rounds):
    """The shapes of the parameters, and whether matrices are random."""
    _, init = network(page, x, depth, rounds)
    first, other = (jax.tree.leaves(init(jax.random.key(key), x)) for key in (1, 2))
    shapes = sorted(leaf.shape for leaf in first)
    (w,), (v,) = ([leaf for leaf in leaves if leaf.ndim == 3] for leaves in (first, other))
    return shapes, (w != v).mean() > 0.9, len(np.unique(w, axis=0)) == depth


def equations(page, *sizes):
    def count(depth, rounds):
        x = jnp.ones((2, 3))
        net, init = network(page, x, depth, rounds)
        return str(jax.make_jaxpr(net.apply)(init(jax.random.key(0), x), None, x)).count(" = ")

    return count(*sizes[:2]) == count(*sizes[2:])
