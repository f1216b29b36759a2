"""The arrays of a Haiku network in a Flax NNX module, by the paths of both."""

from collections.abc import Callable, Collection, Mapping

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

# Where an array comes from: the path of a Haiku entry; or a tuple of paths and, last, a
# function that makes one array of theirs, as in `("linear/w", jnp.transpose)`.
Source = str | tuple[str | Callable[..., jax.Array], ...]


def arrays_by_path(
    shapes: Mapping[str, tuple[int, ...]],
    sources: Mapping[str, Source],
    params: hk.Params,
    state: hk.State | None = None,
    *,
    unused: Collection[str] = (),
) -> dict[str, jax.Array]:
    """Take the arrays that another library's module needs out of Haiku's trees.

    The path of a Haiku entry is its module and its name, as in "mlp/~/linear_0/w".
    Nothing is matched by similarity, order or shape: each array has the source that
    `sources` names, and each entry is taken or listed in `unused`.

    Args:
      shapes: the shape that is wanted at each path of the other module.
      sources: for each of these paths a Haiku path; or a tuple of Haiku paths and,
        last, a function that makes of their arrays one of the shape that is wanted.
      params: Haiku parameters, a mapping from module to name to array of any shape.
      state: Haiku state of the same form, if the network has any.
      unused: the Haiku paths that the other module has no place for.

    Returns:
      The arrays by the paths of `shapes`, in that order, with the dtypes of the trees;
        64 bits become 32 unless `jax_enable_x64` is on.

    Raises:
      ValueError: if a path of `shapes` has no source, or one of `sources` or `unused`
        is not there; if an entry is not used; if a function fails, or a shape is not
        the one that is wanted.
    """
    if isinstance(unused, str):
        raise ValueError(f"unused wants a list of paths, not the string {unused!r}.")
    entries: dict[str, jax.Array] = {}
    for tree in (params, state or {}):
        for module, name, value in hk.data_structures.traverse(tree):
            if (path := f"{module}/{name}") in entries:
                raise ValueError(f"{path} is in params and in state; rename one.")
            entries[path] = jnp.asarray(value)
    if unknown := [path for path in sources if path not in shapes]:
        raise ValueError(f"The module has no {unknown}; it has {list(shapes)}.")
    if missing := [path for path in shapes if path not in sources]:
        raise ValueError(f"No source is named for {missing} of the module.")
    plans = {path: _plan(path, source) for path, source in sources.items()}
    taken = {name for *names, _ in plans.values() for name in names}
    if absent := sorted({*taken, *unused} - entries.keys()):
        raise ValueError(f"Haiku's trees have no {absent}; they have {list(entries)}.")
    if left := [path for path in entries if path not in taken | {*unused}]:
        raise ValueError(f"Nothing takes {left}; name a place, or list them as unused.")
    if both := sorted(taken & {*unused}):
        raise ValueError(f"{both} are listed as unused, and are used.")
    return {
        path: _shaped(path, shape, plans[path], entries)
        for path, shape in shapes.items()
    }


def _plan(path: str, source: Source) -> tuple[str | Callable[..., jax.Array], ...]:
    """A source as Haiku paths and a function; raises a ValueError if it is neither."""
    if isinstance(source, str):
        return source, jnp.asarray
    if not isinstance(source, tuple):
        raise ValueError(
            f"The source of {path} is {source!r}, neither a path nor a tuple."
        )
    if len(source) < 2 or not callable(source[-1]):
        end = repr(source[-1]) if source else "nothing"
        raise ValueError(f"The source of {path} ends with {end}, not with a function.")
    return source


def _shaped(
    path: str,
    shape: tuple[int, ...],
    plan: tuple[str | Callable[..., jax.Array], ...],
    entries: Mapping[str, jax.Array],
) -> jax.Array:
    """The array for a path; raises a ValueError if it cannot be made in this shape."""
    *names, change = plan
    given = ", ".join(f"{name} {entries[name].shape}" for name in names)
    try:
        array = jnp.asarray(change(*(entries[name] for name in names)))
    except Exception as error:
        message = f"The function for {path} fails on {given}: {error}"
        raise ValueError(message) from error
    if array.shape != tuple(shape):
        raise ValueError(
            f"{path} wants {tuple(shape)} and gets {array.shape} of {given}."
        )
    return array


def port_to_nnx(
    module: nnx.Module,
    sources: Mapping[str, Source],
    params: hk.Params,
    state: hk.State | None = None,
    *,
    unused: Collection[str] = (),
) -> nnx.Module:
    """Carry Haiku's parameters and state into a Flax NNX module, by path.

    All variables of the module are filled but those that hold random keys and their
    counts; arrays that are not variables are kept. A variable's path is what you would
    write in Python, as in "layers.0.kernel"; one that the module has under two names
    has the first of them.

    Args:
      module: the module, which is not changed. Its arrays may be abstract, as
        `nnx.eval_shape(lambda: Net(nnx.Rngs(0)))` makes them: shapes (any) and dtypes.
      sources: for each variable the Haiku path of its array; or a tuple of Haiku paths
        and, last, a function that makes of their arrays the one that the variable
        holds, as in `{"out.kernel": ("linear/w", lambda w: w.reshape(2, 6, 8))}`.
      params: Haiku parameters, a mapping from module to name to array.
      state: Haiku state of the same form, if the network has any.
      unused: the Haiku paths that the module has no variable for, as the counters of
        Haiku's moving averages.

    Returns:
      A new module of the same class, its arrays with the shapes of `module` and the
      dtypes of the trees.

    Raises:
      ValueError: if a variable has no source or is not one array, two have one path, a
        Haiku path is not there, an entry of the trees is not used, a function fails, a
        shape differs, or a random key or an array outside of variables is abstract.
    """
    mine = nnx.All(nnx.Variable, nnx.Not(nnx.RngState))
    graph, wanted, rest = nnx.split(module, mine, ...)
    if any(isinstance(leaf, jax.ShapeDtypeStruct) for leaf in jax.tree.leaves(rest)):
        raise ValueError(
            "The module's random keys are abstract, or arrays that are not variables;"
            " make it without nnx.eval_shape."
        )
    variables = dict(nnx.to_flat_state(wanted))
    names = {key: ".".join(map(str, key)) for key in variables}
    if len(set(names.values())) < len(names):
        raise ValueError(f"Two variables have one path: {sorted(names.values())}.")
    shapes = {}
    for key, variable in variables.items():
        value = variable.get_value()
        if not hasattr(value, "shape") and not isinstance(value, int | float):
            raise ValueError(f"{names[key]} is {type(value).__name__}, not one array.")
        shapes[names[key]] = np.shape(value)
    arrays = arrays_by_path(shapes, sources, params, state, unused=unused)
    filled = {key: var.replace(arrays[names[key]]) for key, var in variables.items()}
    # A copy, or drawing a key from one module would advance the other.
    return nnx.merge(graph, nnx.from_flat_state(filled), rest, copy=True)
