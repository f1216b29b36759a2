import jax
import jax.numpy as jnp


def cases(draw, page):
    for rows, columns in ((1, 3), (8, 36), (33, 5)):
        yield compiled, some(draw, rows, columns), {}
    yield "class_step", some(draw, 8, 4), {}


def some(draw, rows, columns):
    params = {
        "linear": {
            "w": jnp.float32(draw.normal(size=(columns, 3))),
            "b": jnp.float32(draw.normal(size=3)),
        }
    }
    return params, (
        jnp.float32(draw.normal(size=(rows, columns))),
        jnp.array(draw.integers(0, 3, rows)),
    )


def compiled(page, *arguments):
    return jax.jit(page.class_step)(*arguments)
