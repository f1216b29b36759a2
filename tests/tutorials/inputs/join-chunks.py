import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np


class Mixed(hk.RNNCore):
    """A core whose state has leaves of three ranks and two dtypes, and does not start at zero."""

    def initial_state(self, batch_size):
        return {
            "m": jnp.full((batch_size, 2, 3), -1.5),
            "n": [jnp.ones(batch_size, int), jnp.full((batch_size, 1), 4.0)],
        }

    def __call__(self, x, state):
        n, column = state["n"]
        m = 0.7 * state["m"] + x.sum(axis=-1)[:, None, None]
        return m[:, 0] * n[:, None] + column, {"m": m, "n": [n + 1, column - x[:, :1]]}


CORES = {
    "lstm": lambda: hk.LSTM(2),
    "gru": lambda: hk.GRU(3),
    "mixed": Mixed,
    "deep": lambda: hk.DeepRNN([hk.GRU(2), Mixed()]),
}


def cases(draw, page):
    for core, T, B in (
        ("lstm", 1, 1),
        ("gru", 4, 2),
        ("mixed", 3, 3),
        ("mixed", 1, 2),
        ("deep", 5, 1),
        ("mixed", 2, 4),
    ):
        for share in (0.0, 0.5, 1.0):
            ended = draw.random((T, B)) < share
            yield (
                applied,
                (core, jnp.array(draw.normal(size=(T, B, 2)), float), jnp.array(ended)),
                {},
            )
    yield initial, (jnp.ones((3, 2, 2)), jnp.ones((3, 2), bool)), {}


def network(page, core):
    def unroll(xs, ended):
        made = CORES[core]()
        state = jax.tree.map(lambda leaf: 2 * leaf + 1, made.initial_state(xs.shape[1]))
        return page.unroll_chunk(made, xs, ended, state)

    return hk.without_apply_rng(hk.transform(unroll))


def applied(page, core, xs, ended):
    like = hk.transform(lambda x: CORES[core]()(x, CORES[core]().initial_state(len(x))))
    params = jax.tree.map(
        lambda leaf: jnp.sin(1 + jnp.arange(leaf.size, dtype=float)).reshape(leaf.shape),
        jax.eval_shape(like.init, jax.random.key(0), xs[0]),
    )
    return jax.jit(network(page, core).apply)(params, xs, ended)


def initial(page, *inputs):
    """The shapes of the parameters that `init` makes."""
    made = jax.eval_shape(network(page, "gru").init, jax.random.key(0), *inputs)
    return jax.tree.map(lambda leaf: np.array(leaf.shape), made)
