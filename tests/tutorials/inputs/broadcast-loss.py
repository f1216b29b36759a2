import jax
import jax.numpy as jnp


def cases(draw, page):
    for rows, columns, size in ((1, 1, 1), (1, 3, 10), (2, 5, 1), (6, 6, 1e-3), (40, 2, 1e3)):
        yield "one_output_loss", some(draw, rows, columns, size), {}
    yield compiled, some(draw, 5, 3, 1), {}
    yield "one_output_loss", some(draw, 5, 3, 1), {}


def some(draw, rows, columns, size):
    w, b, x, y = (
        jnp.float32(size * draw.normal(size=shape))
        for shape in ((columns, 1), 1, (rows, columns), rows)
    )
    return {"linear": {"w": w, "b": b}}, (x, y)


def compiled(page, *arguments):
    return jax.jit(jax.value_and_grad(page.one_output_loss))(*arguments)
