import jax
import jax.numpy as jnp
import numpy as np

RTOL = 1e-5


def cases(draw, page):
    for B, T, most in (
        (1, 2, 14),
        (3, 2, 11),
        (40, 4, 14),
        (40, 7, 11),
        (40, 7, 40),
        (20, 30, 12),
        (5, 300, 10),
        (3, 5, 6000),
    ):
        batch = jnp.array(draw.integers(0, most, (B, T)) / 2, float)
        yield mapped, (batch,), {}
        yield "storm_rain", (batch[0],), {}
    for row in (
        [0, 0],
        [9, 0],
        [0, 9],
        [5, 5],
        [5, np.nextafter(np.float32(5), 6)],
        [5, 6, 1],
        [1e-3, 1e6, 1],
    ):
        yield "storm_rain", (jnp.array(row, float),), {}


def mapped(page, batch):
    return jax.vmap(page.storm_rain)(batch)
