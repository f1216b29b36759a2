import jax
import jax.numpy as jnp

RTOL = 1e-5


def cases(draw, page):
    for size, steps in ((3, 10), (1, 1), (5, 0), (2, 7)):
        yield calls, (jnp.asarray(draw.normal(size=size), "float32"), steps), {}


def calls(page, x, steps):
    compiled, counts = page.counted(lambda x, y: jnp.sin(x) * y)
    seen = [dict(counts())]
    results = [compiled(x, 2.0), compiled(x + 1, 3.0)]
    seen.append(dict(counts()))
    results.append(compiled(jnp.append(x, 1.0), 2.0))
    seen.append(dict(counts()))
    jax.lax.fori_loop(0, steps, lambda _, v: compiled(v, 0.5), x)
    return results, seen, counts()["runs"]
