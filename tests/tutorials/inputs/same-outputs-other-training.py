import jax
import jax.numpy as jnp
import optax
from flax import nnx

RTOL = 1e-3


def cases(draw, page):
    for rows, length in ((2, 1), (5, 4), (16, 3)):
        params = {
            "words": {"embeddings": (20, 8)},
            "norm": {"scale": (1, 8), "offset": (1, 8)},
            "hidden": {"w": (8, 8), "b": (8,)},
        }
        params = {
            module: {name: jnp.float32(draw.normal(size=shape)) for name, shape in entries.items()}
            for module, entries in params.items()
        }
        state = {}
        for part in ("mean", "var"):
            value = jnp.float32(0.5 + draw.random(size=(1, 8)))
            state[f"norm/~/{part}_ema"] = {
                "average": value,
                "hidden": value,
                "counter": jnp.array(5000),
            }
        words = jnp.array(draw.integers(20, size=(rows, length)))
        yield trained, (params, state, words, jnp.array(draw.integers(20, size=rows))), {}


def trained(page, params, state, words, targets):
    net = page.Guesser(nnx.Rngs(0))
    net = page.port_to_nnx(net, page.GUESSER, params, state, unused=page.AVERAGES_UNUSED)
    sgd, seen = nnx.Optimizer(net, optax.sgd(0.3), wrt=nnx.Param), []
    for _ in range(3):
        net.eval()
        seen.append(net(words))
        net.train()
        seen.append(net(words))
        sgd.update(net, nnx.grad(lambda net: page.cross_entropy(net(words), targets))(net))
    return jax.tree.map(jnp.asarray, seen)
