import jax
import jax.numpy as jnp


def cases(draw, page):
    for B, inputs, outputs, scale in ((1, 1, 1, 1), (1, 3, 2, 1), (5, 2, 2, 1), (4, 1, 3, 20), (3, 4, 1, 0.01)):
        yield "sgd_step", some(draw, B, inputs, outputs, scale), {}
    yield compiled, some(draw, 4, 3, 2, 1), {}
    yield "sgd_step", some(draw, 4, 3, 2, 1), {}


def some(draw, B, inputs, outputs, scale):
    shapes = (inputs, outputs), (outputs,), (B, inputs), (B, outputs)
    w, b, x, y = (jnp.array(scale * draw.normal(size=shape), float) for shape in shapes)
    return {"w": w, "b": b}, x, y, float(draw.choice([0.001, 0.03, 0.7]))


def compiled(page, *arguments):
    return jax.jit(page.sgd_step)(*arguments)
