"""A Flax NNX module that holds the arrays of a Haiku network."""

from collections.abc import Collection, Mapping

import haiku as hk
import jax
import numpy as np
from flax import nnx

from .sources import Source, arrays_by_path


def port_to_nnx(
    module: nnx.Module,
    sources: Mapping[str, Source],
    params: hk.Params,
    state: hk.State | None = None,
    *,
    unused: Collection[str] = (),
) -> nnx.Module:
    """Carry Haiku's parameters and state into a Flax NNX module, by path.

    All variables are filled but random keys and their counts. A variable's path is what
    you would write in Python, as in "layers.0.kernel"; one that the module has under
    two names has the first of them.

    Args:
      module: the module, which is not changed; `nnx.eval_shape` may have made it.
      sources: a source for each variable, as `arrays_by_path` takes them.
      params: Haiku parameters.
      state: Haiku state, if the network has any.
      unused: the Haiku paths that the module has no variable for, or patterns of them.

    Returns:
      A new module of the same class, its arrays with the dtypes of the trees.

    Raises:
      ValueError: if sources and module or trees do not fit, a variable is not one
        array, or a random key or an array outside of variables is abstract.

    Examples:
      >>> params = {"linear": {"w": np.ones((2, 3)), "b": np.zeros(3)}}
      >>> sources = {"kernel": "linear/w", "bias": "linear/b"}
      >>> port_to_nnx(nnx.Linear(2, 3, rngs=nnx.Rngs(0)), sources, params)(np.ones(2))
      Array([2., 2., 2.], dtype=float32)
    """
    mine = nnx.All(nnx.Variable, nnx.Not(nnx.RngState))
    graph, wanted, rest = nnx.split(module, mine, ...)
    if any(isinstance(leaf, jax.ShapeDtypeStruct) for leaf in jax.tree.leaves(rest)):
        raise ValueError(
            "The module's random keys are abstract, or arrays that are not variables;"
            " make it without nnx.eval_shape."
        )
    variables = dict(nnx.to_flat_state(wanted))
    shapes = nnx_shapes(module)
    arrays = arrays_by_path(shapes, sources, params, state, unused=unused)
    filled = {
        key: variable.replace(arrays[".".join(map(str, key))])
        for key, variable in variables.items()
    }
    # A copy, or drawing a key from one module would advance the other.
    return nnx.merge(graph, nnx.from_flat_state(filled), rest, copy=True)


def nnx_shapes(module: nnx.Module) -> dict[str, tuple[int, ...]]:
    """List the variables of a module that `port_to_nnx` fills, by path.

    Args:
      module: any NNX module, also one that `nnx.eval_shape` made.

    Returns:
      The shape of each variable by its path, as in "layers.0.kernel".

    Raises:
      ValueError: if a variable is not one array, or two have one path.

    Examples:
      >>> nnx_shapes(nnx.Linear(2, 3, rngs=nnx.Rngs(0)))["kernel"]
      (2, 3)
    """
    mine = nnx.state(module, nnx.All(nnx.Variable, nnx.Not(nnx.RngState)))
    shapes: dict[str, tuple[int, ...]] = {}
    for key, variable in nnx.to_flat_state(mine):
        path, value = ".".join(map(str, key)), variable.get_value()
        if path in shapes:
            raise ValueError(f"Two variables have one path: {path}.")
        if not hasattr(value, "shape") and not isinstance(value, int | float):
            raise ValueError(f"{path} is {type(value).__name__}, not one array.")
        shapes[path] = np.shape(value)
    return shapes
