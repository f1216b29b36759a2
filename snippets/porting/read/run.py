"""The tree at run time, with the line of each parameter; needs JAX and Haiku."""

import importlib
import inspect
import os
import sys
from pathlib import Path
from typing import Any

_LIBRARIES = tuple(
    f"{os.sep}{name}{os.sep}" for name in ("haiku", "jax", "contextlib.py")
)


def tree_at_run_time(target: str) -> dict[str, dict[str, Any]]:
    """Run the `init` of a network abstractly, and note who asked for what.

    Args:
      target: `module:function`; the function takes nothing, and either is the network
        itself or returns a network function and its inputs.

    Returns:
      By kind, path and name, as in "parameter linear/w": shape, dtype, file and line.

    Raises:
      ValueError: if the target is not there, or what it returns is something else.
    """
    import haiku as hk
    import jax

    function, inputs = _network(_imported(target))
    places: dict[tuple[str, str], tuple[str, int]] = {}

    def noted(kind: str) -> Any:
        def creator(
            next_creator: Any, shape: Any, dtype: Any, init: Any, context: Any
        ) -> Any:
            places.setdefault((kind, context.full_name), _caller())
            return next_creator(shape, dtype, init)

        return creator

    def watched(*given: Any) -> Any:
        with (
            hk.custom_creator(noted("parameter")),
            hk.custom_creator(noted("state"), params=False, state=True),
        ):
            return function(*given)

    net = hk.transform_with_state(watched)
    trees = jax.eval_shape(net.init, jax.random.PRNGKey(0), *inputs)
    made = {}
    for kind, tree in zip(("parameter", "state"), trees, strict=True):
        for module, name, leaf in hk.data_structures.traverse(tree):
            path = f"{module}/{name}"
            file, line = places.get((kind, path), ("", 0))  # `set_state` has no creator
            about = {"shape": list(leaf.shape), "dtype": str(leaf.dtype)}
            made[f"{kind} {path}"] = {**about, "file": file, "line": line}
    return made


def beside(
    tree: dict[str, Any], real: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """What a run made and what was predicted, one row for each parameter and state.

    Args:
      tree: a tree as `read_code` gives it.
      real: what `tree_at_run_time` found for the same function.

    Returns:
      Rows with kind, path, shape, dtype, file, line and predicted: "known", "depends",
      "no", or "wrong" for what was predicted as known and is not there.
    """
    predicted = {
        f"{one['kind']} {one['path']}/{one['name']}": one["known"]
        for one in tree["entries"]
    }
    words = {True: "known", False: "depends", None: "no"}
    rows = [
        {**_parts(name), **about, "predicted": words[predicted.get(name)]}
        for name, about in real.items()
    ]
    vain = [name for name, known in predicted.items() if known and name not in real]
    return rows + [{**_parts(name), "predicted": "wrong"} for name in vain]


def _parts(name: str) -> dict[str, str]:
    kind, _, path = name.partition(" ")
    return {"kind": kind, "path": path}


def _imported(target: str) -> Any:
    module, _, name = target.partition(":")
    if not name:
        raise ValueError(f"{target!r} is not of the form module:function.")
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        found = importlib.import_module(module)
    except ImportError as error:
        raise ValueError(f"{module} cannot be imported: {error}.") from None
    if not hasattr(found, name):
        raise ValueError(f"{module} has no {name}.")
    return getattr(found, name)


def _network(function: Any) -> tuple[Any, tuple]:
    """The function that makes modules, and its inputs."""
    import haiku as hk

    needed = [
        p
        for p in inspect.signature(function).parameters.values()
        if p.default is p.empty
    ]
    if any(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in needed):
        raise ValueError(
            f"{function.__name__} takes arguments; write a function without any, which"
            " calls the network, or returns the network function and its inputs."
        )
    try:
        result = function()
    except ValueError as error:  # it makes modules, which only a transform may do
        if "must be" not in str(error) or "hk.transform" not in str(error):
            raise
        return function, ()
    if isinstance(result, tuple) and callable(result[0]):
        return result[0], result[1:]
    if isinstance(result, (hk.Transformed, hk.TransformedWithState)):
        raise ValueError("return the function that is transformed, and its inputs.")
    raise ValueError("the function makes no modules, and returns no network function.")


def _caller() -> tuple[str, int]:
    """The nearest line that is not in Haiku, JAX or this file."""
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if name != __file__ and not any(part in name for part in _LIBRARIES):
            here = os.path.relpath(name) if not name.startswith("<") else name
            return here, frame.f_lineno
        frame = frame.f_back
    return "", 0
