import jax.numpy as jnp
import numpy as np

ATOL = 1e-8


def cases(draw, page):
    for B, D, scale in (
        (1, 1, 1),
        (1, 3, 1),
        (4, 1, 10),
        (4, 3, 1),
        (3, 3, 1),
        (2, 5, 300),
        (5, 2, 0.01),
        (300, 2, 1),
    ):
        params, x, y = some(draw, B, D, scale)
        yield "per_example_gradients", (params, x, y), {}
        sizes = (
            2
            * np.abs(x @ params["w"] + params["b"] - y)
            * np.sqrt(1 + np.sum(np.square(x), axis=1))
        )
        for limit in (float(np.median(sizes)), 1e-3 * scale, 10.0 * scale**2):
            yield "clipped_mean_gradient", (params, x, y, limit), {}
    params, x, y = some(draw, 4, 2, 1)
    for fits in (
        jnp.array([True, False, False, True]),
        jnp.ones(4, bool),
    ):  # exactly: a gradient of zero
        exact = (params, jnp.where(fits[:, None], 0.0, x), jnp.where(fits, params["b"], y))
        yield "per_example_gradients", exact, {}
        yield "clipped_mean_gradient", (*exact, 0.5), {}


def some(draw, B, D, scale):
    w, b, x, y = (
        jnp.array(scale * draw.normal(size=shape), float) for shape in ((D,), (), (B, D), (B,))
    )
    return {"w": w, "b": b}, x, y
