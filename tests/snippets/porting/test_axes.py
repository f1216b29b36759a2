import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.extend.core import Literal

from snippets.porting.axes import Loop, move_axes

MOVES = {
    "transpose": lambda x: x.transpose(2, 0, 1),
    "reshape, split": lambda x: x.reshape(3, 2, 2, 5),
    "reshape, merged": lambda x: x.reshape(12, 5),
    "reshape, with ones": lambda x: x.reshape(1, 3, 1, 4, 5, 1),
    "reshape, mixed": lambda x: x.reshape(2, 6, 5),
    "squeeze": lambda x: x[:1].squeeze(0),
    "broadcast": lambda x: jax.lax.broadcast_in_dim(x, (3, 7, 4, 5), (0, 2, 3)),
    "slice": lambda x: x[:, 1:3],
    "one of": lambda x: x[:, 1:2],
    "reversed": lambda x: x[::-1],
    "sum": lambda x: x.sum(1),
    "largest": lambda x: x.argmax(0),
    "concatenated": lambda x: jnp.concatenate([x, x], 1),
    "product": lambda x: jnp.einsum("abc,dc->abd", x, x[0]),
}


def varying(f, axes):
    """The axes along which a result varies, of an input that varies along some."""
    draw = np.random.default_rng(0)
    shape = [size if axis in axes else 1 for axis, size in enumerate((3, 4, 5))]
    out = np.asarray(f(jnp.asarray(np.broadcast_to(draw.normal(size=shape), (3, 4, 5)))))
    return {axis for axis in range(out.ndim) if not np.allclose(out, out.take([0], axis))}


@pytest.mark.parametrize("name", MOVES)
def test_no_axis_along_which_the_numbers_vary_is_lost(name):
    f, loop = MOVES[name], Loop(1, 3)
    closed = jax.make_jaxpr(f)(jnp.ones((3, 4, 5)))
    for axes in itertools.chain(*(itertools.combinations(range(3), n) for n in range(4))):
        known = {closed.jaxpr.invars[0]: {"data": frozenset([*axes, loop])}}
        for equation in closed.jaxpr.eqns:
            read = [{} if isinstance(v, Literal) else known[v] for v in equation.invars]
            for out in equation.outvars:
                known[out] = move_axes(equation, out, read)
        moved = known[closed.jaxpr.outvars[0]]["data"]
        assert loop in moved
        assert varying(f, axes) <= moved - {loop}
        if name in ("transpose", "squeeze", "broadcast", "slice", "one of", "reversed", "sum"):
            assert varying(f, axes) == moved - {loop}
