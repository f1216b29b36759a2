import jax
import jax.numpy as jnp
import numpy as np


def cases(draw, page):
    for shape in ((1, 1, 1), (4, 1, 3), (5, 2, 4), (2, 3, 2, 5), (2, 1, 3, 2, 2), (17, 3, 2)):
        for called in (
            "causal_attention",
            compiled,
            "causal_attention",
        ):  # a cache of one must do for the other
            yield called, tuple(jnp.float32(draw.normal(size=(3, *shape)))), {}
    for size in (0, 1e-3, 30, 1000):
        query, key, value = draw.normal(size=(3, 6, 2, 3))
        key[2] = 0  # a logit of 0
        yield (
            "causal_attention",
            (jnp.float32(size * query), jnp.float32(size * key), jnp.float32(value)),
            {},
        )
    for shape in ((4, 2, 3), (2, 3, 1, 2)):
        yield slopes, tuple(jnp.float32(draw.normal(size=(3, *shape)))), {}
    yield (
        slopes,
        (jnp.zeros((4, 1, 2)), jnp.zeros((4, 1, 2)), jnp.float32(draw.normal(size=(4, 1, 2)))),
        {},
    )
    yield "causal_attention", tuple(np.float32(draw.normal(size=(3, 5, 2, 4)))), {}


def compiled(page, *parts):
    return jax.jit(page.causal_attention)(*parts)


def slopes(page, *parts):
    return jax.grad(lambda parts: (page.causal_attention(*parts) ** 2).sum())(parts)
