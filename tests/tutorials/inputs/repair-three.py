import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np


def cases(draw, page):
    for rows, wide in ((1, 1), (2, 5), (64, 9)):
        x = jnp.float32(draw.normal(size=(rows, wide)))
        yield noisy_rows, (x,), {}
        yield saved_block, (x,), {}
        yield saved_block, (-30 * x,), {}
    for shape in ((), (3,), (100, 200), (20, 10, 100)):
        yield noisy_rounds, (jnp.float32(1 + draw.exponential(size=shape)),), {}


def network(module, x):
    net = hk.transform_with_state(lambda x: module()(x))
    params, state = jax.jit(net.init)(jax.random.key(0), x)
    return (
        net,
        jax.tree.map(
            lambda p: jnp.float32(np.random.default_rng(p.size).normal(size=p.shape)), params
        ),
        state,
    )


def slope(net, params, state, x):
    return jax.grad(lambda x: (net.apply(params, state, jax.random.key(1), x)[0] ** 2).sum())(x)


def noisy_rows(page, x):
    net, params, state = network(page.NoisyRows, x)
    first, again, other = (
        jax.jit(net.apply)(params, state, jax.random.key(key), x)[0] for key in (1, 1, 2)
    )
    w, b = (next(leaf for leaf in jax.tree.leaves(params) if leaf.ndim == ndim) for ndim in (2, 1))
    masks, right = first != 0, 2 * (x @ w + b)
    return {
        "shapes": sorted(leaf.shape for leaf in jax.tree.leaves(params)),
        "kept": jnp.abs(jnp.where(masks, first - right, 0)).max() < 1e-2,
        "slope": jnp.abs(slope(net, params, state, x) - 4 * first @ w.T).max() < 1e-1,
        "half": 0.2 < masks.mean() < 0.8,
        "apart": len(np.unique(masks, axis=0)) == len(x),
        "by key": ((masks == (again != 0)).all(), (masks != (other != 0)).any()),
    }


def noisy_rounds(page, x):
    net, params, state = network(page.NoisyRounds, x)
    first, other = (jax.jit(net.apply)(params, state, jax.random.key(key), x)[0] for key in (1, 2))
    masks = first != 0
    return {
        "kept": jnp.allclose(first, 16 * x * masks),
        "slope": jnp.allclose(slope(net, params, state, x), 32 * first, rtol=1e-3),
        "share": x.size < 1000 or abs(masks.mean() - 1 / 16) < 0.01,
        "by key": x.size < 1000 or (masks != (other != 0)).any(),
    }


def saved_block(page, x):
    net, params, state = network(page.SavedBlock, x)
    outputs = []
    for scale in (0.1, 2.0, 0.5):
        y, state = jax.jit(net.apply)(params, state, None, scale * x)
        outputs += [y, jax.tree.leaves(state)]
    pullback = jax.vjp(lambda params: net.apply(params, state, None, x)[0], params)[1]
    kept = {leaf.size for leaf in jax.tree.leaves(pullback)}
    return outputs, 7 * len(x) in kept and len(x) > 9
