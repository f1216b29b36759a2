import jax
import jax.numpy as jnp

DTYPES = False


def cases(draw, page):
    for layers, rows, width, hidden, rate in (
        (3, 4, 2, 5, 0.1),
        (1, 1, 3, 2, 1.0),
        (2, 7, 4, 8, 0.01),
    ):
        weights = {
            "in": jnp.asarray(draw.normal(size=(layers, width, hidden)), "float32"),
            "out": jnp.asarray(draw.normal(size=(layers, hidden, width)), "float32"),
        }
        batch = jnp.asarray(draw.normal(size=(rows, width)), "float32")
        yield compiled, (weights, batch, rate), {}
    yield fits, (), {}


def compiled(page, weights, batch, rate):
    return jax.jit(page.small_step)(weights, batch, rate)


def fits(page):
    needs, allowed = (
        page.memory(f, page.weights, page.batch, 0.1)["between"]
        for f in (page.small_step, page.large_step)
    )
    return needs <= allowed / 2
