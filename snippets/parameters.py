"""Trees of parameters: count them by module, and rename modules."""

from collections.abc import Mapping

import haiku as hk
import numpy as np


def count_by_module(params: hk.Params) -> dict[str, int]:
    """Count the numbers in the parameters of each module.

    Args:
      params: a mapping from module name to parameter name to array.

    Returns:
      The count of each module, in the order of `params`.

    Examples:
      >>> count_by_module({"linear": {"w": np.ones((3, 2)), "b": np.ones(2)}})
      {'linear': 8}
    """
    return {
        module: sum(np.size(value) for value in its.values())
        for module, its in params.items()
    }


def rename_modules(params: hk.Params, names: Mapping[str, str]) -> hk.Params:
    """Give modules other names and keep their arrays.

    Args:
      params: a mapping from module name to parameter name to array; it is not changed.
      names: the new name of each module that gets one; the others keep theirs.

    Returns:
      A new tree, in the order of `params`.

    Raises:
      ValueError: if `names` has a module that `params` lacks, or if two modules would
        get the same name.

    Examples:
      >>> rename_modules({"a": {"w": 1}, "b": {"w": 2}}, {"a": "c"})
      {'c': {'w': 1}, 'b': {'w': 2}}
    """
    if unknown := [name for name in names if name not in params]:
        raise ValueError(f"params has no module {unknown}; it has {list(params)}.")
    new_names = [names.get(module, module) for module in params]
    if twice := {name for name in new_names if new_names.count(name) > 1}:
        raise ValueError(f"More than one module would be called {sorted(twice)}.")
    return {
        name: dict(its) for name, its in zip(new_names, params.values(), strict=True)
    }
