import jax
import jax.numpy as jnp
import numpy as np


def cases(draw, page):
    for B, D, H, size, empty in (
        (1, 1, 1, 1, 0),
        (5, 4, 3, 1, 0),
        (5, 4, 3, 1, 2),
        (5, 4, 3, 1e-5, 1),
        (5, 4, 3, 100, 1),
        (5, 4, 3, 1, 5),
        (2, 3, 2, 1, 1),
    ):
        yield eager_and_compiled, some(draw, B, D, H, size, empty), {}


def some(draw, B, D, H, size, empty):
    w, v, x, y = (draw.normal(size=shape).astype(np.float32) for shape in ((D, H), H, (B, D), B))
    if empty:
        w[-1] = 0  # so that the features of the empty rows are 0, of one of them the inputs, too
        x[:empty, :-1] = x[0] = 0
    if D > 2:
        w[0, 0] = x[-1, 1:-1] = 0  # a feature of a row is 0, others are not
    return {"encoder": jnp.array(w), "head": jnp.array(v)}, (
        jnp.array(size * x, jnp.float32),
        jnp.array(y),
    )


def eager_and_compiled(page, params, batch):
    return page.direction_loss(params, batch), jax.jit(jax.value_and_grad(page.direction_loss))(
        params, batch
    )
