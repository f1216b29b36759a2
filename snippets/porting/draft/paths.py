"""Where the parts of a port are in it."""

from collections.abc import Mapping
from typing import Any

import jax
from flax import nnx


def nnx_paths(net: nnx.Module, names: Mapping[int, str]) -> dict[str, list[str]]:
    """The first path of each part of a module of NNX, as `nnx_shapes` writes it.

    Args:
      net: the module.
      names: a name for each part, by the part's `id`.
    """
    found: dict[str, list[str]] = {}
    for path, part in nnx.iter_graph(net):
        if id(part) in names:
            found.setdefault(names[id(part)], [".".join(map(str, path))])
    return found


def equinox_paths(net: Any, names: Mapping[int, str]) -> dict[str, list[str]]:
    """All paths of each part of a module of Equinox, as `equinox_arrays` writes them.

    Args:
      net: the module.
      names: a name for each part, by the part's `id`.
    """
    found: dict[str, list[str]] = {}

    def walk(part: Any, start: str) -> None:
        if id(part) in names:
            found.setdefault(names[id(part)], []).append(start)
        leaves = jax.tree.leaves_with_path(part, is_leaf=lambda x: x is not part)
        for path, inner in leaves:
            if inner is not part:
                name = jax.tree_util.keystr(path, simple=True, separator=".")
                walk(inner, f"{start}.{name}" if start else name)

    walk(net, "")
    return found
