import jax
import jax.numpy as jnp


def cases(draw, page):
    for B, D, scale in ((1, 1, 1), (1, 3, 1), (4, 1, 10), (4, 3, 1), (3, 3, 1), (2, 5, 300), (5, 2, 0.01)):
        arguments = some(draw, B, D, scale)
        yield "per_example_gradients", arguments, {}
    yield compiled, some(draw, 4, 3, 1), {}
    yield "per_example_gradients", some(draw, 4, 3, 1), {}


def some(draw, B, D, scale):
    w, b, x, y = (jnp.array(scale * draw.normal(size=shape), float) for shape in ((D,), (), (B, D), (B,)))
    return {"w": w, "b": b}, x, y


def compiled(page, *arguments):
    return jax.jit(page.per_example_gradients)(*arguments)
