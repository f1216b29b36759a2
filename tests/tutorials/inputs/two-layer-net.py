import haiku as hk
import jax
import jax.numpy as jnp

SHAPES = {"linear": {"w": (5, 6), "b": (6,)}, "linear_1": {"w": (12, 5), "b": (5,)}}


def cases(draw, page):
    yield initial, (), {}
    for lead, size in (((), 1), ((1,), 1e3), ((9,), 1), ((0,), 1), ((2, 1, 3), 1e-2), ((12, 6), 1)):
        x = jnp.float32(size * draw.normal(size=(*lead, 12)))
        params = jax.tree.map(
            lambda s: jnp.float32(draw.normal(size=s)),
            SHAPES,
            is_leaf=lambda s: isinstance(s, tuple),
        )
        yield applied, (params, x), {}
        yield transformed, (params, x), {}


def initial(page):
    """The tree, and whether the parameters are those of key 0."""
    tree = page.my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
    return jax.tree.map(jnp.zeros_like, tree), jax.tree.map(
        jnp.array_equal, tree, page.my_haiku_params
    )


def applied(page, params, x):
    return page.my_haiku_net.apply(params, x), jax.jit(page.my_haiku_net.apply)(params, x)


def transformed(page, params, x):
    return hk.transform(page.my_haiku_net_func).apply(params, None, x)
