import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

RTOL = 1e-3


def cases(draw, page):
    for rows, size, width in ((1, 1, 1), (2, 3, 5), (4, 6, 2), (3, 1, 4), (5, 5, 5)):
        for mean, spread in ((0, 1), (0, 0.003), (0, 30), (200, 1)):
            x = jnp.float32(mean + spread * draw.normal(size=(rows, size)))
            shapes = jax.eval_shape(lambda x, w=width: page.gated.init(jax.random.key(0), x, w), x)
            params = jax.tree.map(lambda leaf: jnp.float32(draw.normal(size=leaf.shape)), shapes)
            yield outputs, (params, x), {}
    yield change, (params, jnp.float32(draw.normal(size=(5, 5)))), {}


def outputs(page, params, x):
    return page.port_gated(params)(x)


def change(page, params, x):
    """How the outputs change in a step on all that is an nnx.Param."""
    net = page.port_gated(params)
    before = net(x)
    sgd = nnx.Optimizer(net, optax.sgd(0.01), wrt=nnx.Param)
    sgd.update(net, nnx.grad(lambda net: (net(x) ** 2).mean())(net))
    return np.round(net(x) - before, 4)
