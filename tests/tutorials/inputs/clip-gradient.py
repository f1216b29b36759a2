import jax
import jax.numpy as jnp


def cases(draw, page):
    for shape, size, limit in (
        ((2,), 5.0, 1.0),
        ((2,), 0.1, 1.0),
        ((3, 4), 50.0, 2.5),
        ((3, 4), 0.0, 0.5),
        ((), 7.0, 0.1),
        ((2, 3, 2), 1e4, 30.0),
        ((1,), 1e-3, 1e-4),
    ):
        x, u = (jnp.asarray(draw.normal(size=shape), "float32") for _ in range(2))
        for function in (pulled, compiled):
            yield function, (x, jnp.float32(limit), size * u / jnp.linalg.norm(u.ravel())), {}


def pulled(page, x, limit, cotangent):
    value, pullback = jax.vjp(page.clip_gradient, x, limit)
    return value, *pullback(cotangent)


def compiled(page, x, limit, cotangent):
    return jax.jit(lambda *given: pulled(page, *given))(x, limit, cotangent)
