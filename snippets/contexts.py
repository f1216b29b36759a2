"""Does a function mean the same everywhere that JAX and Haiku may run it?"""

import dataclasses
import secrets
from collections.abc import Callable
from typing import Any

import chex
import haiku as hk
import jax
import jax.numpy as jnp
from jax.sharding import AxisType
from jax.test_util import check_grads


def contexts(f: Callable, *args: Any) -> dict[str, str]:
    """Run a function in each context, and compare with what it gives by itself.

    Derivatives are compared with finite differences. With no rows and with one row,
    the result must be finite, and the same under `jit`. The meshes have all devices of
    JAX.

    Args:
      f: a function of arrays, or of trees of arrays.
      *args: its inputs. Axis 0 of each array is taken for the axis of rows.

    Returns:
      By context: `holds`, `differs`, or the class of the error that it raises.

    Examples:
      >>> contexts(lambda x: x[x > 0], jax.numpy.arange(3.0))["jit"]
      'NonConcreteBooleanIndexError'
    """
    alone, halves = f(*args), _on_floats(lambda x: x / 2, args)
    none, one = (jax.tree.map(lambda x, n=n: x[:n], args) for n in (0, 1))
    rows, small = _stack(args, halves), _on_floats(jnp.bfloat16, args)

    def both():
        return _stack(alone, f(*halves))

    def floats(*args):
        return list(filter(_is_float, jax.tree.leaves(f(*args))))

    pairs = {
        "eager": lambda: (f(*args), alone),
        "jit": lambda: (jax.jit(f)(*args), alone),
        "closed-over input": lambda: (jax.jit(lambda: f(*args))(), alone),
        "vmap": lambda: (jax.vmap(f)(*rows), both()),
        "scan": lambda: (jax.lax.scan(lambda n, row: (n, f(*row)), 0, rows)[1], both()),
        "lax.map": lambda: (jax.lax.map(lambda row: f(*row), rows), both()),
        "bfloat16": lambda: (_on_floats(jnp.bfloat16, f(*small)), alone),
        "automatic mesh": lambda: (_on_mesh(f, args, AxisType.Auto), alone),
        "explicit mesh": lambda: (_on_mesh(f, args, AxisType.Explicit), alone),
        "no rows": lambda: (jax.jit(f)(*none), _on_floats(jnp.nan_to_num, f(*none))),
        "one row": lambda: (jax.jit(f)(*one), _on_floats(jnp.nan_to_num, f(*one))),
        "grad": lambda: (check_grads(floats, args, 1, ["rev"], 0.05), None),
        "jacfwd": lambda: (check_grads(floats, args, 1, ["fwd"], 0.05), None),
        "second order": lambda: (check_grads(floats, args, 2, ["rev"], 0.05), None),
    }
    return {name: _outcome(pair) for name, pair in pairs.items()}


def haiku_contexts(f: Callable, *args: Any) -> dict[str, str]:
    """Run a function that makes modules at `init`, at `apply`, and in other modules.

    Args:
      f: a function as `hk.transform_with_state` takes it.
      *args: its inputs.

    Returns:
      As `contexts`, of `init`, of `apply`, and of `f` in modules and under `hk.remat`.

    Examples:
      >>> haiku_contexts(lambda x: hk.Linear(2)(x), jax.numpy.ones((2, 3)))["init"]
      'holds'
    """
    key, network = jax.random.key(0), hk.transform_with_state(f)
    trees = network.init(key, *args)

    def inside(place):
        changed = hk.transform_with_state(place)
        own = changed.init(key, *args)
        renamed = jax.tree.unflatten(jax.tree.structure(trees), jax.tree.leaves(own))
        result, _ = changed.apply(*own, key, *args)
        return result, network.apply(*renamed, key, *args)[0]

    name = f"drawn_{secrets.token_hex(4)}"
    places = {
        "a method of a mixin": lambda *xs: _Module().run(f, *xs),
        "a drawn name": lambda *xs: _Module(name=name)(f, *xs),
        "hk.remat": lambda *xs: hk.remat(f)(*xs),
    }
    applied = contexts(lambda *xs: network.apply(*trees, key, *xs), *args)
    return {
        "init": _outcome(lambda: (jax.jit(network.init)(key, *args), trees)),
        **{f"apply, {name}": outcome for name, outcome in applied.items()},
        **{name: _outcome(inside, place) for name, place in places.items()},
    }


class _Mixin:
    def run(self, f, *xs):
        return f(*xs)


@dataclasses.dataclass
class _Module(_Mixin, hk.Module):
    name: str | None = None

    def __post_init__(self):
        super().__post_init__(name=self.name)

    def __call__(self, f, *xs):
        return f(*xs)


def _outcome(pair: Callable[..., tuple[Any, Any]], *inputs: Any) -> str:
    try:
        result, expected = pair(*inputs)
        coarse = any(x.dtype == jnp.bfloat16 for x in jax.tree.leaves(result))
        tolerance = 0.05 if coarse else 1e-4
        chex.assert_trees_all_close(
            _on_floats(jnp.float32, result), expected, rtol=tolerance, atol=tolerance
        )
    except Exception as error:  # an answer, whatever it is
        return "differs" if isinstance(error, AssertionError) else type(error).__name__
    return "holds"


def _on_mesh(f: Callable, args: tuple, kind: AxisType) -> Any:
    mesh = jax.make_mesh((jax.device_count(),), ("rows",), axis_types=(kind,))

    def spread(x):
        layout = jax.P(None if x.shape[0] % mesh.size else "rows")
        return jax.device_put(x, jax.NamedSharding(mesh, layout))

    with jax.set_mesh(mesh):
        return jax.jit(f)(*jax.tree.map(spread, args))


def _stack(*trees: Any) -> Any:
    return jax.tree.map(lambda *xs: jnp.stack(xs), *trees)


def _is_float(x: jax.Array) -> bool:
    return jnp.issubdtype(x.dtype, jnp.floating)


def _on_floats(change: Callable, tree: Any) -> Any:
    return jax.tree.map(lambda x: change(x) if _is_float(x) else x, tree)
