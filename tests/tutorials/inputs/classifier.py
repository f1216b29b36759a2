import jax
import jax.numpy as jnp

RTOL = 1e-2


def cases(draw, page):
    x = jnp.float32(draw.normal(size=(8, 36)))
    yield logits, (x,), {}
    yield updated, (x, jnp.array(draw.integers(0, 2, (8, 1)))), {}
    for steps in (1, 2, 20):
        yield trained, (steps,), {}


def logits(page, x):
    params = page.my_net.init(jax.random.key(5), x)
    params = jax.tree.map(lambda p: p + 0.3, params)  # so that no bias is zero
    return [page.my_net.apply(jax.tree.map(lambda p, s=s: s * p, params), s * x) for s in (1, 10)]


def updated(page, x, labels):
    params = page.my_net.init(jax.random.key(5), x)
    ran = []
    first = page.my_jitted_update(params, x, labels, 0.03)
    with page.hk.intercept_methods(lambda f, args, kwargs, _: ran.append(f) or f(*args, **kwargs)):
        second = page.my_jitted_update(first[1], 2 * x, 1 - labels, 0.001)
    return first, second, len(ran)


def trained(page, steps):
    params, losses, accuracies = page.train(page.my_net.init(jax.random.key(5), page.x), steps)
    return params, [float(loss) for loss in losses], [float(share) for share in accuracies]
