import functools

import jax
import jax.numpy as jnp

RTOL = 5e-3


def cases(draw, page):
    for steps in (1, 3, 40, 300):
        start = jnp.asarray(draw.normal(size=2), "float32")
        yield positions, (start, jnp.float32(draw.uniform(0.5, 5)), steps), {}
    yield length, (), {}


def positions(page, start, stiffness, steps):
    f = functools.partial(page.simulate, steps=steps)
    return jax.jit(f)(start, stiffness), jax.jit(jax.grad(lambda k: f(start, k).sum()))(stiffness)


def length(page):
    start = jnp.ones(2)
    short, long = (
        str(jax.make_jaxpr(page.simulate, static_argnums=2)(start, 2.0, n)).count(" = ")
        for n in (3, 40)
    )
    return short == long
