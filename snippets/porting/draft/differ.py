"""The first module in which a port and Haiku's network part."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from unittest import mock

import equinox as eqx
import jax
import numpy as np
from flax import nnx

from .checks import LIBRARIES, Comparison, apart
from .paths import equinox_paths
from .record import Record
from .running import drawing
from .stacks import ON_COPY


class Difference(NamedTuple):
    """Where a port and Haiku's network part.

    Attributes:
      haiku: the path of Haiku's module.
      port: the path of the port's.
      call: which of the module's calls, from 0.
      gap: how far the outputs are apart, as a share of the largest number.
    """

    haiku: str
    port: str
    call: int
    gap: float


def first_difference(
    haiku: tuple,
    port: Any,
    inputs: tuple,
    named: Mapping[str, Any] | None = None,
    *,
    paths: Mapping[str, str],
    key: jax.Array | None = None,
    tolerance: float = 1e-4,
) -> Difference | None:
    """Name the first module whose output in a port is not that in Haiku.

    Both networks run without compilation, so that modules within loops are seen, too.

    Args:
      haiku: the function of Haiku code, its parameters and its state.
      port: a module of NNX, or the pair of module and state of Equinox.
      inputs: the inputs by position.
      named: those by name.
      paths: the path in the port of each module of Haiku that is compared.
      key: the random key, if the network draws.
      tolerance: what difference counts, as a share of the largest number.

    Returns:
      The module whose call ends first with another output; None if none does.

    Raises:
      ValueError: if a module of the port has outputs of other shapes.
    """
    function, params, state = haiku
    named = dict(named or {})
    record = Record(function)
    with jax.disable_jit():
        record.run_with(params, state, key, inputs, named)
        seen = _outputs_of_port(port, inputs, named, paths, key)
    counts: dict[str, int] = defaultdict(int)
    for path, method, output in record.outputs:
        if path not in paths or (path, method) not in seen:
            continue
        if not all(hasattr(leaf, "dtype") for leaf in jax.tree.leaves(output)):
            continue  # a method that returns modules or functions
        call = counts[path, method]
        counts[path, method] += 1
        others = seen[path, method]
        gap = apart(others[call], output) if call < len(others) else np.inf
        if not gap <= tolerance:
            return Difference(path, paths[path], call, float(gap))
    return None


def compared_first_difference(compared: Comparison) -> Difference | None:
    """Name the first module that differs, for the comparison in a drafted file.

    Args:
      compared: what `compared()` of the file returns.
    """
    haiku = (compared.function, compared.params, compared.haiku_state)
    return first_difference(
        haiku,
        compared.port(),
        compared.inputs,
        compared.named,
        paths=compared.paths or {},
        key=compared.key,
    )


def _outputs_of_port(
    port: Any, inputs: tuple, named: dict, paths: Mapping[str, str], key: Any
) -> dict[tuple[str, str], list]:
    """The outputs of each method of the modules that have a path, by Haiku's path."""
    net = port[0] if isinstance(port, tuple) else port
    library = LIBRARIES["equinox" if isinstance(port, tuple) else "nnx"]
    labels = {}
    of_path: dict[str, list[str]] = defaultdict(list)
    for haiku, there in paths.items():
        of_path[there].append(haiku)
    parts = dict(_modules(net))
    for there, part in parts.items():
        labels[id(part)] = of_path.get(there, [])
    seen: dict[tuple[str, str], list] = defaultdict(list)
    alive = []  # or a layer's parts would have the identity of another one's

    def on_copy(stacks: list, own: list) -> None:
        alive.append(own)
        for stack, layer in zip(stacks, own, strict=True):
            old = dict(_modules(stack))
            for path, new in _modules(layer):
                if path in old:
                    labels[id(new)] = labels.get(id(old[path]), [])

    def note(part: Any, method: str, output: Any) -> None:
        kept = jax.tree.map(lambda leaf: leaf, output)  # its caller may change a dict
        for haiku in labels.get(id(part), []):
            seen[haiku, method].append(kept)

    ON_COPY.append(on_copy)
    try:
        with _watched({type(part) for part in parts.values()}, note), drawing(key):
            library.call(port, *inputs, **named)
    finally:
        ON_COPY.remove(on_copy)
    return seen


@contextmanager
def _watched(types: set[type], note: Callable) -> Iterator[None]:
    """Tell of the output of each method that the classes define."""
    running: set = set()  # a layer's own class calls the one that it is made of
    with ExitStack() as stack:
        for type_ in types:
            names = {"__call__"} | {
                name
                for name, member in vars(type_).items()
                if callable(member) and not name.startswith("__")
            }
            for name in names:
                if callable(getattr(type_, name, None)):
                    method = _noting(getattr(type_, name), name, note, running)
                    stack.enter_context(mock.patch.object(type_, name, method))
        yield


def _noting(method: Callable, name: str, note: Callable, running: set) -> Callable:
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if (id(self), name) in running:
            return method(self, *args, **kwargs)
        running.add((id(self), name))
        try:
            output = method(self, *args, **kwargs)
        finally:
            running.remove((id(self), name))
        note(self, name, output)
        return output

    return call


def _modules(net: Any) -> list[tuple[str, Any]]:
    """The modules within one, by path."""
    if isinstance(net, eqx.Module):
        return _equinox_modules(net)
    return [
        (".".join(map(str, path)), part)
        for path, part in nnx.iter_graph(net)
        if isinstance(part, nnx.Module)
    ]


def _equinox_modules(net: Any) -> list[tuple[str, Any]]:
    parts: dict[int, Any] = {}

    def collect(part: Any) -> None:
        for inner in jax.tree.leaves(part, is_leaf=lambda x: x is not part):
            if inner is not part:
                parts[id(inner)] = inner
                collect(inner)

    parts[id(net)] = net
    collect(net)
    modules = {number: p for number, p in parts.items() if isinstance(p, eqx.Module)}
    names = {number: str(number) for number in modules}
    return [
        (path, modules[int(name)])
        for name, found in equinox_paths(net, names).items()
        for path in found[:1]
    ]
