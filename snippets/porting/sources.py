"""Arrays of a Haiku network for another library's module, by the paths of both."""

import json
from collections.abc import Callable, Collection, Mapping
from fnmatch import fnmatchcase

import haiku as hk
import jax
import jax.numpy as jnp

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

    Nothing is matched by similarity, order or shape: each array has the source that
    `sources` names, and each entry of the trees is taken or matched by `unused`.

    Args:
      shapes: the shape that is wanted at each path of the other module.
      sources: for each of these paths a Haiku path; or a tuple of Haiku paths and,
        last, a function that makes of their arrays one of the shape that is wanted.
      params: Haiku parameters.
      state: Haiku state, if the network has any.
      unused: the Haiku paths that the other module has no place for, or patterns of
        them as `fnmatch` reads them, such as "*/counter".

    Returns:
      The arrays by the paths of `shapes`, in that order, with the dtypes of the trees.

    Raises:
      ValueError: if a path or pattern is not there, an entry has no place, a function
        fails, or a shape is not the one that is wanted.

    Examples:
      >>> params = {"linear": {"w": jnp.ones((2, 3)), "b": jnp.zeros(3)}}
      >>> sources = {"weight": ("linear/w", jnp.transpose)}
      >>> arrays = arrays_by_path({"weight": (3, 2)}, sources, params, unused=["*/b"])
      >>> arrays["weight"].shape
      (3, 2)
    """
    if isinstance(unused, str):
        raise ValueError(f"unused wants a list of paths, not the string {unused!r}.")
    entries = entries_by_path(params, state)
    if unknown := [path for path in sources if path not in shapes]:
        raise ValueError(f"The module has no {unknown}; it has {list(shapes)}.")
    if missing := [path for path in shapes if path not in sources]:
        raise ValueError(f"No source is named for {missing} of the module.")
    plans = {path: _plan(path, source) for path, source in sources.items()}
    taken = {name for *names, _ in plans.values() for name in names}
    matched = {one: _matched(one, entries) for one in unused}
    vain = {one for one, paths in matched.items() if not paths}
    if absent := sorted((taken - entries.keys()) | vain):
        raise ValueError(f"Haiku's trees have no {absent}; they have {list(entries)}.")
    rest = {path for paths in matched.values() for path in paths}
    if left := [path for path in entries if path not in taken | rest]:
        raise ValueError(f"Nothing takes {left}; name a place, or list them as unused.")
    if both := sorted(taken & rest):
        raise ValueError(f"{both} are listed as unused, and are used.")
    return {
        path: _shaped(path, shape, plans[path], entries)
        for path, shape in shapes.items()
    }


def entries_by_path(
    params: hk.Params, state: hk.State | None = None
) -> dict[str, jax.Array]:
    """List the entries of Haiku's trees by path: module and name, as in "mlp/linear/w".

    Args:
      params: Haiku parameters.
      state: Haiku state, if the network has any.

    Returns:
      The arrays by path.

    Raises:
      ValueError: if a path is in both trees.

    Examples:
      >>> list(entries_by_path({"linear": {"b": 0.0}}, {"~": {"calls": 1}}))
      ['linear/b', '~/calls']
    """
    entries: dict[str, jax.Array] = {}
    for tree in (params, state or {}):
        for module, name, value in hk.data_structures.traverse(tree):
            if (path := f"{module}/{name}") in entries:
                raise ValueError(f"{path} is in params and in state; rename one.")
            entries[path] = jnp.asarray(value)
    return entries


def skeleton(
    shapes: Mapping[str, tuple[int, ...]],
    params: hk.Params,
    state: hk.State | None = None,
) -> str:
    """Write the code of `sources` with all paths of both sides, to be filled in.

    Args:
      shapes: the shape at each path of the other library's module.
      params: Haiku parameters.
      state: Haiku state, if the network has any.

    Returns:
      Python code, which runs as it is, with `...` for each source.

    Examples:
      >>> text = skeleton({"bias": (3,)}, {"linear": {"b": jnp.zeros(3)}})
      >>> text.splitlines()[1]
      '    "bias": ...,  # (3,)'
    """
    lines = [f"    {json.dumps(p)}: ...,  # {tuple(s)}" for p, s in shapes.items()]
    entries = entries_by_path(params, state).items()
    wide = max((len(json.dumps(path)) for path, _ in entries), default=0)
    theirs = [f"#   {json.dumps(p):{wide}}  {a.shape}" for p, a in entries]
    return "\n".join(
        ["sources = {", *lines, "}", "unused = []", "# Haiku has:", *theirs]
    )


def below(path: str, name: str) -> str:
    """Join a path and a name with a dot.

    Args:
      path: that of a module; "" is the module itself.
      name: what is in it.

    Returns:
      The path of the name.

    Examples:
      >>> below("blocks.0", "norm"), below("", "norm")
      ('blocks.0.norm', 'norm')
    """
    return f"{path}.{name}" if path else name


def renamed(
    path: str,
    module: str,
    names: Mapping[str, str],
    change: Callable[[jax.Array], jax.Array] | None = None,
) -> dict[str, Source]:
    """Give the sources of a layer whose arrays have other names, and maybe a layout.

    Args:
      path: where the layer is in the other module; "" if the layer is the module.
      module: the name of Haiku's module.
      names: Haiku's name of each array, by the other one.
      change: what makes the other layout of each array; none if it is the same.

    Returns:
      The source of each array of the layer, by its path in the other module.

    Examples:
      >>> renamed("out", "linear", dict(kernel="w"))["out.kernel"]
      'linear/w'
    """
    entries = {below(path, name): f"{module}/{entry}" for name, entry in names.items()}
    if change is None:
        return dict(entries)
    return {name: (entry, change) for name, entry in entries.items()}


def stacked(sources: Mapping[str, Source]) -> dict[str, Source]:
    """Give the sources of layers that both libraries stack along a first axis.

    `hk.layer_stack` keeps the parameters of all its layers in one array each, and so do
    `nnx.vmap` and `eqx.filter_vmap`.

    Args:
      sources: those of one of the layers.

    Returns:
      Sources that change each layer's part of an array by itself.

    Examples:
      >>> params = {"linear": {"w": jnp.ones((5, 2, 3))}}
      >>> sources = stacked({"weight": ("linear/w", jnp.transpose)})
      >>> arrays_by_path({"weight": (5, 3, 2)}, sources, params)["weight"].shape
      (5, 3, 2)
    """
    return {
        path: source
        if isinstance(source, str)
        else (*source[:-1], jax.vmap(source[-1]))
        for path, source in sources.items()
    }


def _matched(pattern: str, entries: Collection[str]) -> list[str]:
    """The paths that a pattern means: itself, if it is one, else all that it fits."""
    if pattern in entries:
        return [pattern]
    return [path for path in entries if fnmatchcase(path, pattern)]


def _plan(path: str, source: Source) -> tuple[str | Callable[..., jax.Array], ...]:
    """A source as Haiku paths and a function; raises a ValueError if it is neither."""
    if isinstance(source, str):
        return source, jnp.asarray
    if source is ...:
        raise ValueError(f"The source of {path} is still to be filled in.")
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
