import jax
import jax.numpy as jnp


def cases(draw, page):
    sizes = (1, 1, 1, 1), (1, 3, 2, 1), (5, 2, 2, 1), (4, 1, 3, 20), (3, 4, 1, 0.01)
    for B, inputs, outputs, scale in sizes:
        params, velocity, *data = some(draw, B, inputs, outputs, scale)
        rate, decay = float(draw.choice([0.001, 0.03, 0.7])), float(draw.choice([0.0, 0.5, 0.99]))
        yield "sgd_step", (params, *data, rate), {}
        yield "momentum_step", (params, velocity, *data, rate, decay), {}
    params, velocity, *data = some(draw, 4, 3, 2, 1)
    yield compiled_sgd, (params, *data, 0.3), {}
    yield "sgd_step", (params, *data, 0.3), {}
    yield compiled_momentum, (params, velocity, *data, 0.3, 0.6), {}
    yield "momentum_step", (params, velocity, *data, 0.3, 0.6), {}


def some(draw, B, inputs, outputs, scale):
    """Parameters, a velocity and data; every second time the tree holds more than `w` and `b`."""

    def normal(*shape):
        return jnp.array(scale * draw.normal(size=shape), float)

    def tree():
        more = {"more": [normal(2), {"deep": (normal(), normal(1, 3))}]} if B % 2 else {}
        return {"w": normal(inputs, outputs), "b": normal(outputs), **more}

    return tree(), tree(), normal(B, inputs), normal(B, outputs)


def compiled_sgd(page, *arguments):
    return jax.jit(page.sgd_step)(*arguments)


def compiled_momentum(page, *arguments):
    return jax.jit(page.momentum_step)(*arguments)
