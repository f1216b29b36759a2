import jax
import jax.numpy as jnp
import numpy as np

DTYPES = True


def cases(draw, page):
    for shape in ((1,), (4,), (2, 3), (1, 2, 3, 1), (5, 1, 4), (3, 2, 2, 2)):
        x = jnp.float32(draw.normal(size=shape))
        yield "flatten", (x,), {}
        yield compiled_flatten, (x,), {}
    for length, size in ((0, 3), (1, 1), (7, 4), (50, 9)):
        tokens = jnp.array(draw.integers(0, size, length), jnp.int32)
        yield "histogram", (tokens, size), {}
        yield compiled_histogram, (tokens, size), {}
    for shape in ((1, 2), (3, 2, 2), (6, 5, 1)):
        wide = int(np.prod(shape[1:]))
        w, b = jnp.float32(draw.normal(size=(wide, 2))), jnp.float32(draw.normal(size=2))
        x, y = jnp.float32(draw.normal(size=shape)), jnp.float32(draw.normal(size=(shape[0], 2)))
        yield "square_error", ({"linear": {"w": w, "b": b}}, x, y), {}
        yield slopes, ({"linear": {"w": w, "b": b}}, x, y), {}


def compiled_flatten(page, x):
    return jax.jit(page.flatten)(x)


def compiled_histogram(page, tokens, size):
    return jax.jit(page.histogram, static_argnums=1)(tokens, size)


def slopes(page, *arguments):
    return jax.jit(jax.grad(page.square_error))(*arguments)
