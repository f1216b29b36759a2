import jax.numpy as jnp


def cases(draw, page):
    for B, D, K, scale, steps in (
        (1, 1, 1, 1, 2),
        (5, 2, 1, 10, 3),
        (4, 3, 3, 1, 2),
        (3, 3, 2, 0.01, 1),
        (2, 1, 4, 1, 0),
    ):
        x, y = (jnp.array(draw.normal(size=size), float) for size in ((B, D), (B, K)))
        yield trained, (x, scale * y, 0.1, steps), {}
        yield trained, (x, scale * y[:, 0], 0.05, steps), {}
    yield trained, (jnp.ones((3, 2)), jnp.array([1, 2, 4]), 0.1, 2), {}
    for B, shape in (
        (6, (1,)),
        (6, (12,)),
        (6, (1, 6)),
        (6, (6, 1, 1)),
        (6, (3, 2)),
        (6, (7, 1)),
        (6, ()),
        (1, (2,)),
        (2, (1, 2)),
    ):
        yield refused, (jnp.ones((B, 2)), jnp.ones(shape)), {}


def trained(page, *arguments):
    params, losses = page.train(*arguments)
    return params, jnp.array(losses, float)


def refused(page, x, y):
    """Whether there is a ValueError with both shapes in its message."""
    try:
        page.train(x, y, 0.1, 2)
    except ValueError as error:
        return str(x.shape) in str(error) and str(y.shape) in str(error)
    return False
