"""Trees of parameters: count them by module, rename them, save and load them."""

import os
from collections.abc import Mapping
from typing import BinaryIO

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np


def count_by_module(params: hk.Params) -> dict[str, int]:
    """Count the numbers in the parameters of each module.

    Args:
      params: a mapping from module name to parameter name to array.

    Returns:
      The count of each module, in the order of `params`.
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
    """
    if unknown := [name for name in names if name not in params]:
        raise ValueError(f"params has no module {unknown}; it has {list(params)}.")
    new_names = [names.get(module, module) for module in params]
    if twice := {name for name in new_names if new_names.count(name) > 1}:
        raise ValueError(f"More than one module would be called {sorted(twice)}.")
    return {
        name: dict(its) for name, its in zip(new_names, params.values(), strict=True)
    }


def save_npz(file: str | os.PathLike | BinaryIO, params: hk.Params) -> None:
    """Save parameters as an npz file, each under "module//parameter".

    Args:
      file: a path, to which NumPy appends ".npz" if it lacks it, or an open file.
      params: a mapping from module name to parameter name to array.

    Raises:
      ValueError: if NumPy's files cannot hold a dtype, as bfloat16.

    Source: the names are those of AlphaFold's published parameters.
    """
    flat = {
        f"{module}//{name}": np.asarray(value)
        for module, its in params.items()
        for name, value in its.items()
    }
    for name, array in flat.items():
        if array.dtype.kind not in "biufc" or array.dtype.isbuiltin == 2:
            raise ValueError(f"{name} is {array.dtype}; convert it to float32 first.")
    np.savez(file, **flat)


def load_npz(file: str | os.PathLike | BinaryIO) -> hk.Params:
    """Load parameters that `save_npz` saved, with their dtypes.

    Args:
      file: a path, with its ".npz", or a file open for reading bytes.

    Returns:
      A mapping from module name to parameter name to array.

    Raises:
      ValueError: if a name in the file has no "//", or an array needs x64.
    """
    params: dict[str, dict] = {}
    with np.load(file) as flat:
        for path, array in flat.items():
            module, separator, name = path.rpartition("//")
            if not separator:
                raise ValueError(f"{path!r} is not of the form module//parameter.")
            if jax.dtypes.canonicalize_dtype(array.dtype) != array.dtype:
                raise ValueError(f"{path} is {array.dtype}; enable x64 to load it.")
            params.setdefault(module, {})[name] = jnp.asarray(array)
    return params
