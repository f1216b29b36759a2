import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np

DTYPES = True


def cases(draw, page):
    for count, rows, wide, size, dtype in (
        (1, 1, 1, 1, "float32"),
        (3, 2, 4, 5, "float32"),
        (2, 3, 3, 3, "float16"),
    ):
        x = jnp.array(draw.normal(size=(rows, wide)), dtype)
        yield first, (x, count, size), {}
        shapes = {"~": {"scale": ()}, "linear": {"w": (wide, size), "b": (size,)}}
        params = {
            module: {
                name: jnp.array(draw.normal(size=(count, *shape)), dtype)
                for name, shape in its.items()
            }
            for module, its in shapes.items()
        }
        yield outputs, (params, x, count, size), {}


def network(page, count, size, start=jnp.ones):
    def f(x, index):
        with page.ensemble_member(count, index):
            scale = hk.get_parameter("scale", [], x.dtype, init=start)
            return scale * hk.Linear(size)(x)

    return hk.without_apply_rng(hk.transform(f))


def first(page, x, count, size):
    """Shapes and dtypes, whether members differ, and what shapes the initialisers get."""
    asked = []

    def start(shape, dtype):
        asked.append(tuple(shape))
        return jnp.ones(shape, dtype)

    params = network(page, count, size, start).init(jax.random.key(0), x, 0)
    different = len(np.unique(params["linear"]["w"], axis=0)) == count
    return jax.tree.map(jnp.zeros_like, params), params["~"], different, set(asked)


def outputs(page, params, x, count, size):
    apply = network(page, count, size).apply
    each = [apply(params, x, index) for index in range(count)]
    return each, jax.jit(jax.vmap(apply, (None, None, 0)))(params, x, jnp.arange(count))
