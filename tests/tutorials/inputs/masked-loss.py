import jax
import jax.numpy as jnp
import numpy as np


def cases(draw, page):
    for rows, real, scale in (
        (1, 1, 1),
        (4, 1, 30),
        (4, 4, 1),
        (8, 5, 0.01),
        (9, 2, 1),
        (300, 299, 1),
    ):
        yield "masked_loss", some(draw, page, rows, real, scale), {}
    yield "masked_loss", some(draw, page, 8, 5, 1), {}
    yield compiled, some(draw, page, 8, 5, 1), {}
    yield compiled, some(draw, page, 8, 3, 1), {}


def some(draw, page, rows, real, scale):
    shapes = jax.eval_shape(page.network.init, jax.random.key(0), page.inputs)
    params = jax.tree.map(lambda leaf: jnp.array(draw.normal(size=leaf.shape), leaf.dtype), shapes)
    mask = np.zeros(rows, np.float32)
    mask[draw.permutation(rows)[:real]] = 1
    x, y = (
        draw.normal(size=(rows, page.inputs.shape[1])),
        scale * draw.normal(size=(rows, page.targets.shape[1])),
    )
    x[mask == 0], y[mask == 0] = 3, -700  # padding may hold any number
    return params, {"inputs": jnp.float32(x), "targets": jnp.float32(y), "mask": jnp.array(mask)}


def compiled(page, *arguments):
    return jax.jit(jax.value_and_grad(page.masked_loss))(*arguments)
