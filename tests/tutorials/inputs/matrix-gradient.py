import jax.numpy as jnp
import numpy as np

RTOL = 1e-4
ATOL = 0


def cases(draw, page):
    for n, scale in ((1, 1), (2, 1), (3, 30), (5, 1e-3), (8, 1e3), (20, 1)):
        a, x = draw.normal(size=(n, n)) * scale, draw.normal(size=n)
        for matrix in (a, a + a.T, np.triu(a), np.zeros((n, n))):
            yield "gradient_of_quadratic", (jnp.array(matrix, float), jnp.array(x, float)), {}
        yield "gradient_of_quadratic", (jnp.array(a, float), jnp.array(1e3 * x, float)), {}
        yield "gradient_of_quadratic", (jnp.array(a, float), jnp.zeros(n)), {}
