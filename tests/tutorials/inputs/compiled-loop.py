import jax
import jax.numpy as jnp


def cases(draw, page):
    for rows, rate in ((1, 0.1), (5, 0.003), (128, 0.5), (128, 0.0), (128, 0.5)):
        yield "my_jitted_update", some(draw, page, rows, rate), {}
    params, x, y, rate = some(draw, page, 6, 0.1)
    yield "my_jitted_update", (params, x, y.at[0, 0].set(jnp.nan), rate), {}
    yield "my_jitted_update", (params, x.at[2, 1].set(-jnp.inf), y, rate), {}
    yield "my_jitted_update", (params, x, y * 1e25, rate), {}
    yield "my_jitted_update", (params, x, y * 1e3, 1e38), {}
    yield traces, (params, x, y), {}


def some(draw, page, rows, rate):
    params = jax.tree.map(
        lambda p: jnp.float32(p + draw.normal(size=p.shape)), page.my_haiku_params
    )
    return (
        params,
        jnp.float32(draw.normal(size=(rows, 3))),
        jnp.float32(draw.normal(size=(rows, 6))),
        rate,
    )


def traces(page, params, x, y):
    """How often layers run in Python in a second call with another rate."""
    ran = []
    page.my_jitted_update(params, x, y, 0.1)
    with page.hk.intercept_methods(lambda f, args, kwargs, _: ran.append(f) or f(*args, **kwargs)):
        page.my_jitted_update(params, x + 1, y, 0.2)
    return len(ran)
