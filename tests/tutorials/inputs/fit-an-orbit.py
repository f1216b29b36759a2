import jax
import jax.numpy as jnp

RTOL = 5e-3


def cases(draw, page):
    given = [(1.0, 0.3), (-2.0, 0.8), (0.0, 0.5), (2.5, 0.0), (3.0, 0.9), (-0.05, 0.9)]
    given += [(draw.uniform(-3, 3), draw.uniform(0, 0.9)) for _ in range(6)]
    for mean, eccentricity in given:
        for function in (slopes, compiled):
            yield function, (jnp.float32(mean), jnp.float32(eccentricity)), {}


def slopes(page, mean, eccentricity):
    return jax.value_and_grad(page.orbit, (0, 1))(mean, eccentricity)


def compiled(page, mean, eccentricity):
    return jax.jit(jax.value_and_grad(page.orbit, (0, 1)))(mean, eccentricity)
