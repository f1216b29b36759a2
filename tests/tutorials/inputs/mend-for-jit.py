import jax
import jax.numpy as jnp
import numpy as np

RTOL = 1e-4


def cases(draw, page):
    for length, n in (
        (1, 0),
        (1, 1),
        (5, 0),
        (5, 2),
        (5, 5),
        (30, 1),
        (30, 20),
        (30, 30),
        (200, 199),
    ):
        x = draw.normal(size=length) * 10.0 ** draw.integers(-4, 5, length)
        x[draw.random(length) < 0.2] = 0
        x[n:] = draw.choice([np.nan, np.inf, -np.inf, 3], length - n)
        late = np.where(
            np.arange(length) == n - 1, 20, -np.abs(x)
        )  # only the last measurement counts
        for buffer in (x, late, np.where(np.arange(length) < n, -1, np.nan)):
            yield value_and_gradient, (jnp.array(buffer, float), n), {}
    yield traces, (), {}


def value_and_gradient(page, x, n):
    """The value with its kind, and the gradient, compiled together."""
    return jax.jit(jax.value_and_grad(page.mean_log))(x, n)


def traces(page):
    traced = []
    compiled = jax.jit(lambda x, n: traced.append(1) or page.mean_log(x, n))
    for length in (3, 8):
        for n in range(length + 1):
            compiled(jnp.ones(length), n)
    return len(traced)
