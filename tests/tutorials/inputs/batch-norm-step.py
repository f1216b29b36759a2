import jax
import jax.numpy as jnp
import numpy as np

RTOL = 1e-3


def cases(draw, page):
    for size, scale, steps in ((2, 1, 1), (3, 1, 0), (9, 5, 20), (50, 0.5, 2)):
        yield slopes, some(draw, page, size, scale, steps), {}
    for _ in range(2):
        yield compiled, some(draw, page, 8, 1, 3), {}


def some(draw, page, size, scale, steps):
    given = page.network.init(jax.random.key(0), jnp.ones((4, 2)), is_training=True)
    params, state = jax.tree.map(
        lambda leaf: jnp.array(draw.normal(size=leaf.shape), leaf.dtype), given
    )
    state = {
        name: {
            **values,
            "counter": jnp.int32(steps),
            "hidden": values["average"] * (1 - 0.9**steps),
        }
        for name, values in state.items()
    }
    x = jnp.float32(scale * draw.normal(size=(size, 2)))
    return params, state, x, jnp.int32(draw.permutation(np.arange(size) % 2))


def slopes(page, *arguments):
    params, state, loss = page.train_step(*arguments)
    return jax.tree.map(lambda old, new: (old - new) / 0.3, arguments[0], params), state, loss


def compiled(page, *arguments):
    return jax.jit(page.train_step)(*arguments)
