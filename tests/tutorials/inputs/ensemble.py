import jax
import jax.numpy as jnp
import numpy as np


def cases(draw, page):
    for N, T, B in ((1, 1, 1), (3, 2, 4), (2, 5, 2), (3, 3, 3)):
        keys = jax.random.split(jax.random.key(N), N)
        rates = jnp.array(draw.uniform(0.001, 0.2, N), jnp.float32)
        x, y = draw.normal(size=(T, B, 3)), draw.normal(size=(T, B, 2))
        batches = {"inputs": np.float32(x), "targets": [np.float32(y)]}
        yield (
            "train_ensemble",
            (layers, mean_square, keys, rates, jax.tree.map(jnp.array, batches)),
            {},
        )
    line = jnp.array(draw.normal(size=4), jnp.float32)
    yield "train_ensemble", (jax.random.normal, distance, keys, rates, line), {}
    yield sizes, (line,), {}


def layers(key):
    w, b = jax.random.split(key)
    return {"first": {"w": jax.random.normal(w, (3, 4))}, "second": [jax.random.normal(b, (4, 2))]}


def mean_square(params, batch):
    h = jnp.tanh(batch["inputs"] @ params["first"]["w"])
    return jnp.mean((h @ params["second"][0] - batch["targets"][0]) ** 2)


def distance(w, x):
    return (w - x) ** 2


def sizes(page, line):
    """Whether the program is as long for more members, and for more steps."""
    lengths = []
    for N, T in ((2, 2), (4, 2), (2, 4)):
        arguments = jax.random.split(jax.random.key(0), N), jnp.full(N, 0.1), line[:T]
        traced = jax.make_jaxpr(lambda *a: page.train_ensemble(jax.random.normal, distance, *a))(
            *arguments
        )
        lengths.append(str(traced).count(" = "))
    return lengths[1] == lengths[0], lengths[2] == lengths[0]
