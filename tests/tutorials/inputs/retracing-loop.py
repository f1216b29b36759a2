import jax
import jax.numpy as jnp


def cases(draw, page):
    for rows in ([1], [3, 3], [8, 8, 5, 8], [8, 5, 8, 8, 5]):
        yield trained, some(draw, page, rows), {}
    yield ran_again, some(draw, page, [8, 5, 8]), {}


def some(draw, page, rows):
    params = jax.tree.map(
        lambda p: jnp.float32(p + draw.normal(size=p.shape)), page.my_haiku_params
    )
    batches = [
        (jnp.float32(draw.normal(size=(n, 3))), jnp.float32(draw.normal(0, 5, (n, 6))))
        for n in rows
    ]
    return params, batches, [float(rate) for rate in draw.uniform(0, 0.05, len(rows))]


def trained(page, *arguments):
    params, losses = page.quick_training(*arguments)
    return params, [float(loss) for loss in losses]


def ran_again(page, params, batches, rates):
    """How often layers run in Python in a second call with other rates."""
    ran = []
    page.quick_training(params, batches, rates)
    with page.hk.intercept_methods(lambda f, args, kwargs, _: ran.append(f) or f(*args, **kwargs)):
        page.quick_training(params, batches[::-1], [rate / 2 for rate in rates])
    return len(ran)
