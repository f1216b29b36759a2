import haiku as hk
import jax
import jax.numpy as jnp

DTYPES = True


def cases(draw, page):
    for lead, inputs, size, dtype in (
        ((), 1, 1, "float32"),
        ((2,), 300, 20, "float32"),
        ((1, 4), 3, 2, "float32"),
        ((2, 0), 3, 2, "float32"),
        ((3,), 5, 5, "bfloat16"),
        ((2, 1, 2), 2, 7, "float16"),
    ):
        x = jnp.array(draw.normal(size=(*lead, inputs)), dtype)
        for key in (0, 3):
            yield initial, (size, x, jax.random.key(key)), {}
        params = {"w": draw.normal(size=(inputs, size)), "b": draw.normal(size=size)}
        yield (
            applied,
            ({"my_linear": {name: jnp.array(p, dtype) for name, p in params.items()}}, x, size),
            {},
        )
    yield twice, (jnp.ones((2, 4)), True), {}
    yield twice, (jnp.ones((2, 4)), False), {}
    yield named, (jnp.ones((2, 4)),), {}


def initial(page, size, x, key):
    return hk.transform(lambda x: page.MyLinear(size)(x)).init(key, x)


def applied(page, params, x, size):
    """Eager, compiled, and eager again."""
    apply = hk.without_apply_rng(hk.transform(lambda x: page.MyLinear(size)(x))).apply
    return apply(params, x), jax.jit(apply)(params, x), apply(params, x)


def twice(page, x, shared):
    def net(x):
        first = page.MyLinear(4)
        return (first if shared else page.MyLinear(4))(first(x))

    return hk.transform(net).init(jax.random.key(0), x)


def named(page, x):
    return hk.transform(lambda x: page.MyLinear(2, name="head")(x)).init(jax.random.key(0), x)
