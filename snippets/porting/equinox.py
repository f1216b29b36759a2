"""An Equinox module that holds the arrays of a Haiku network."""

from collections.abc import Collection, Mapping
from typing import Any

import equinox as eqx
import haiku as hk
import jax
import jax.numpy as jnp

from .sources import Source, arrays_by_path


def port_to_equinox(
    model: Any,
    sources: Mapping[str, Source],
    params: hk.Params,
    state: hk.State | None = None,
    *,
    unused: Collection[str] = (),
) -> Any:
    """Carry Haiku's parameters and state into an Equinox module, by path.

    All arrays of the module and of its state are filled, but typed random keys. A path
    is what you would write in Python, as in "layers.0.weight"; an array of the state
    has the path of the layer's index, as in "norm.batch_state_index.0".

    Args:
      model: the module, or the pair of module and state that
        `eqx.nn.make_with_state(Net)(key)` returns. It is not changed;
        `eqx.filter_eval_shape` may have made it.
      sources: a source for each array, as `arrays_by_path` takes them.
      params: Haiku parameters.
      state: Haiku state, if the network has any.
      unused: the Haiku paths that the model has no place for, or patterns of them.

    Returns:
      A new module, or pair. Parameters have the dtypes of the trees, and the state has
      those of the model, on which Equinox insists.

    Raises:
      ValueError: if sources and model or trees do not fit, or the module has state and
        comes without it.

    Examples:
      >>> params = {"linear": {"w": jnp.ones((2, 3)), "b": jnp.zeros(3)}}
      >>> sources = {"weight": ("linear/w", jnp.transpose), "bias": "linear/b"}
      >>> blank = eqx.nn.Linear(2, 3, key=jax.random.key(0))
      >>> port_to_equinox(blank, sources, params)(jnp.ones(2))
      Array([2., 2., 2.], dtype=float32)
    """
    old = equinox_arrays(model)
    shapes = {path: array.shape for path, array in old.items()}
    new = arrays_by_path(shapes, sources, params, state, unused=unused)
    net, held = _parts(model)
    held = jax.tree.map(
        lambda leaf: leaf, held
    )  # `State.set` takes what it is called on

    def at(start: tuple, path: tuple, leaf: Any) -> Any:
        return new.get(_dotted((*start, *path)), leaf)

    for start, index in _leaves(net):
        if _is_index(index):
            parts = jax.tree.map_with_path(
                lambda path, leaf, start=start: _alike(at(start, path, leaf), leaf),
                held.get(index),
            )
            held = held.set(index, parts)
    net = jax.tree.map_with_path(lambda path, leaf: at((), path, leaf), net)
    return net if held is None else (net, held)


def equinox_arrays(model: Any) -> dict[str, jax.Array]:
    """List the arrays of a module and of its state that `port_to_equinox` fills.

    Args:
      model: an Equinox module, or a pair of one and its `eqx.nn.State`.

    Returns:
      The arrays by path, as in "layers.0.weight".

    Raises:
      ValueError: if the module has state and comes without it.

    Examples:
      >>> list(equinox_arrays(eqx.nn.LayerNorm(3)))
      ['weight', 'bias']
    """
    net, state = _parts(model)
    found = {}
    for path, leaf in _leaves(net):
        if _is_index(leaf) and state is None:
            raise ValueError(
                f"{_dotted(path)} is in the module's state; give the pair of module"
                " and state that eqx.nn.make_with_state returns."
            )
        held = state.get(leaf) if _is_index(leaf) else leaf
        for rest, array in jax.tree.leaves_with_path(held):
            is_key = jnp.issubdtype(getattr(array, "dtype", None), jax.dtypes.prng_key)
            if hasattr(array, "shape") and not is_key:
                found[_dotted((*path, *rest))] = array
    return found


def _parts(model: Any) -> tuple[Any, eqx.nn.State | None]:
    if isinstance(model, tuple) and isinstance(model[-1], eqx.nn.State):
        return model
    return model, None


def _is_index(leaf: Any) -> bool:
    return isinstance(leaf, eqx.nn.StateIndex)  # where a layer finds its state


def _leaves(net: Any) -> list[tuple[tuple, Any]]:
    return jax.tree.leaves_with_path(net, is_leaf=_is_index)


def _dotted(path: tuple) -> str:
    return jax.tree_util.keystr(path, simple=True, separator=".")


def _alike(array: Any, old: Any) -> Any:
    """An array with the dtype and the weak type that `State.set` insists on."""
    if not hasattr(old, "dtype") or array is old:
        return array
    is_weak = getattr(old, "weak_type", False) and array.ndim == 0
    return jnp.asarray(array.item()) if is_weak else array.astype(old.dtype)
