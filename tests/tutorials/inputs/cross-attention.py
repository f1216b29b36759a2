import jax
import jax.numpy as jnp
import numpy as np


def cases(draw, page):
    for sizes, heads, size in (
        ((1, 1, 1, 1, 1, 1, 1), 1, 1),
        ((2, 4, 6, 5, 7, 3, 6), 2, 1),
        ((3, 3, 5, 4, 2, 2, 3), 4, 1),
        ((3, 3, 3, 6, 6, 3, 9), 3, 0.01),
        ((4, 2, 7, 3, 1, 5, 2), 1, 20),
        ((4, 5, 2, 5, 5, 2, 4), 3, 3),
    ):
        for called in ("cross_attention", compiled, "cross_attention"):
            yield called, (*some(draw, heads, size, *sizes), heads), {}
    yield slopes, (*some(draw, 2, 1, 3, 2, 4, 3, 5, 2, 3), 2), {}
    *parts, lengths = some(draw, 2, 1, 2, 4, 200, 5, 7, 3, 6)
    for dtype in ("int8", "uint8", "int16"):
        yield "cross_attention", (*parts, jnp.asarray(lengths % 100 + 1, dtype), 2), {}


def some(draw, heads, size, b, t, s, d, m, k, outputs):
    wide = heads * k
    lengths = draw.integers(1, s + 1, b)
    shapes = {"query": (d, wide), "key": (m, wide), "value": (m, wide), "linear": (wide, outputs)}
    params = {
        f"multi_head_attention/{name}": {
            "w": jnp.float32(draw.normal(size=shape) / shape[0] ** 0.5),
            "b": jnp.float32(draw.normal(size=shape[1])),
        }
        for name, shape in shapes.items()
    }
    memory = size * draw.normal(size=(b, s, m))
    memory[:, :1] *= draw.integers(2)  # a row of zeros is a row like any other
    memory[np.arange(s) >= lengths[:, None]] *= 50
    return (
        params,
        jnp.float32(size * draw.normal(size=(b, t, d))),
        jnp.float32(memory),
        jnp.asarray(lengths),
    )


def compiled(page, *given):
    return jax.jit(page.cross_attention, static_argnums=4)(*given)


def slopes(page, params, x, memory, lengths, heads):
    def total(parts):
        return (page.cross_attention(*parts, lengths, heads) ** 2).sum()

    return jax.grad(total)((params, x, memory))
