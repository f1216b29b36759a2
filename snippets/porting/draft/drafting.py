"""From a Haiku function and inputs to the text of a port."""

from collections.abc import Callable, Mapping
from typing import Any

import haiku as hk
import jax

from . import equinox_kinds, nnx_kinds
from .example import function_of, loss, modes, shapes_of
from .file import Draft, File
from .record import Record
from .write import Builder

LIBRARIES = {"nnx": nnx_kinds, "equinox": equinox_kinds}


def draft(
    network: Callable | hk.Transformed | hk.TransformedWithState,
    inputs: tuple,
    named: Mapping[str, Any] | None = None,
    *,
    to: str = "nnx",
    example: str = "",
) -> Draft:
    """Draft a port of a network from a run of it.

    Args:
      network: a function of Haiku code, or what `hk.transform` made of it.
      inputs: the inputs by position.
      named: those by name; of each that is True or False both are tried.
      to: "nnx" or "equinox".
      example: `module:function` of what gives the network and its inputs, for the test.

    Returns:
      The draft.

    Raises:
      ValueError: if the network is not a function whose source is there.
    """
    function, named = function_of(network), dict(named or {})
    net, key = hk.transform_with_state(function), jax.random.key(0)
    params, state = shapes_of(lambda x, n: net.init(key, *x, **n), inputs, named)
    record = Record(function)
    for mode in modes(named):
        flipped = next((name for name in named if mode[name] is not named[name]), "")
        record.run(params, state, key, inputs, mode, flipped)
    entries = _entries(params, state)
    builder = Builder(record, entries, LIBRARIES[to], named)
    trains = _has_gradient(net, (params, state, *inputs), named)
    return File(builder, entries, to, example, trains=trains).draft()


def _has_gradient(net: Any, given: tuple, named: dict) -> bool:
    """Whether there is a gradient; `hk.while_loop` has none."""

    def gradient(given: tuple, named: dict) -> Any:
        params, *given = given

        def loss_fn(params: Any, state: Any, *inputs: Any) -> Any:
            key = jax.random.key(0)
            return loss(net.apply(params, state, key, *inputs, **named)[0])

        return jax.grad(loss_fn)(params, *given)

    try:
        shapes_of(gradient, given, named)
    except ValueError:
        return False
    return True


def _entries(params: Any, state: Any) -> dict[str, Any]:
    trees = (hk.data_structures.traverse(tree) for tree in (params, state))
    return {f"{module}/{name}": value for tree in trees for module, name, value in tree}


def _entries(params: Any, state: Any) -> dict[str, Any]:
    trees = (hk.data_structures.traverse(tree) for tree in (params, state))
    return {f"{module}/{name}": value for tree in trees for module, name, value in tree}
