"""Along which axes and loops a value varies, and where they go in JAX's primitives.

`Axes` are, by source, the numbers of axes and the loops along which a value varies
because of this source. An axis of size 1 is never among them.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from jax.extend.core import JaxprEqn

Axes = dict[Hashable, frozenset]


class Loop(NamedTuple):
    """A loop, which stands among axes: what varies along it differs from step to step.

    Attributes:
      identity: a number that tells it from others.
      length: the number of its steps, or None if it is not known.

    Examples:
      >>> print(Loop(1, 4), "and", Loop(2, None))
      the 4 steps of a loop and the steps of a loop
    """

    identity: int
    length: int | None

    def __str__(self):
        return " ".join(["the", *map(str, {self.length} - {None}), "steps of a loop"])


def all_axes(shape: Sequence[int]) -> frozenset:
    """The axes along which an array of a shape can vary.

    Args:
      shape: the sizes of its axes.

    Returns:
      Their numbers.

    Examples:
      >>> all_axes((3, 1))
      frozenset({0})
    """
    return frozenset(axis for axis, size in enumerate(shape) if size != 1)


def all_sources(axes: Axes) -> frozenset:
    """The axes and loops along which a value varies, whatever the source.

    Args:
      axes: the axes of a value.

    Returns:
      Their union.

    Examples:
      >>> all_sources({"key": frozenset({0}), "index": frozenset()})
      frozenset({0})
    """
    return frozenset().union(*axes.values())


def join_axes(values: Iterable[Axes]) -> Axes:
    """The axes of a value that is computed from others, entry by entry.

    Args:
      values: the axes of each of the others.

    Returns:
      By source, the union.

    Examples:
      >>> join_axes([{"data": frozenset({0})}, {"data": frozenset({1})}])
      {'data': frozenset({0, 1})}
    """
    joined: Axes = {}
    for axes in values:
        for source, its in axes.items():
            joined[source] = joined.get(source, frozenset()) | its
    return joined


def renumber_axes(axes: Axes, to: Callable[[Any], Any]) -> Axes:
    """Give axes and loops other numbers.

    Args:
      axes: the axes of a value.
      to: the new number, or loop, for each; None drops it.

    Returns:
      The axes with these numbers.

    Examples:
      >>> renumber_axes({"data": frozenset({0, 1})}, {0: None, 1: 0}.get)
      {'data': frozenset({0})}
    """
    return {s: frozenset(map(to, its)) - {None} for s, its in axes.items()}


def move_axes(equation: JaxprEqn, out: Any, read: Sequence[Axes]) -> Axes:
    """Where axes go in a primitive that does not compute entry by entry.

    Args:
      equation: an equation of a jaxpr.
      out: one of its outputs.
      read: the axes of each of its inputs.

    Returns:
      The axes of the output. After a primitive that does not only move entries, these
      are all, and only from the data, if any input has such.

    Examples:
      >>> import jax
      >>> turn = jax.make_jaxpr(lambda x: x.T)(jax.numpy.ones((2, 3))).eqns[0]
      >>> move_axes(turn, turn.outvars[0], [{"data": frozenset({0})}])
      {'data': frozenset({1})}
    """
    name, params = equation.primitive.name, equation.params
    shape = out.aval.shape
    if name == "iota":
        return {"index": frozenset({params["dimension"]})}
    before = equation.invars[0].aval.shape if read else ()
    joined, own = join_axes(read), frozenset()
    if name == "reshape":
        moved = {s: _reshaped(its, before, shape) for s, its in joined.items()}
    elif (numbers := _numbers(name, params, len(before))) is not None:
        moved = renumber_axes(joined, lambda axis: _number(numbers, axis))
    elif name in ("slice", "dynamic_slice", "rev", "pad", "split"):
        moved = joined
    elif name in ("concatenate", "random_split", "random_unwrap"):
        new = range(len(before), len(shape))
        moved, own = joined, frozenset([params.get("dimension"), *new]) - {None}
    else:
        sources = ["data"] if "data" in joined else joined
        moved = dict.fromkeys(sources, _loops(all_sources(joined)))
        own = frozenset(range(len(shape)))
    kept = all_axes(shape)
    return {s: (its | own) & kept | _loops(its) for s, its in moved.items()}


def _loops(axes: Iterable) -> frozenset:
    return frozenset(axis for axis in axes if isinstance(axis, Loop))


def _number(numbers: Sequence, axis: Any) -> Any:
    return axis if isinstance(axis, Loop) else numbers[axis]


def _numbers(name: str, params: dict, rank: int) -> Sequence | None:
    """The new number of each axis, or None, where a primitive moves or drops axes."""
    if name == "broadcast_in_dim":
        return [int(axis) for axis in params["broadcast_dimensions"]]
    if name == "transpose":
        return [params["permutation"].index(axis) for axis in range(rank)]
    dropped = {
        "squeeze": params.get("dimensions"),
        "unstack": [params.get("axis")],
        "random_wrap": [rank - 1],
    }.get(name, params.get("axes") if name.startswith(("reduce_", "arg")) else None)
    if dropped is None:
        return None
    kept = [axis for axis in range(rank) if axis not in dropped]
    return [kept.index(axis) if axis in kept else None for axis in range(rank)]


def _reshaped(axes: frozenset, before: tuple, after: tuple) -> frozenset:
    """Along a group of axes that becomes one, a value varies if it does along any."""
    groups = (new for old, new in _groups(before, after) if old & axes)
    return _loops(axes).union(*groups)


def _groups(before: tuple, after: tuple) -> Iterator[tuple[set, set]]:
    """The axes of a reshape, in the smallest groups of one size."""
    i = j = 0
    while i < len(before) or j < len(after):
        old, new, size, new_size = set(), set(), 1, 1
        while not (old or new) or size != new_size:
            if (size <= new_size and i < len(before)) or j == len(after):
                size, i = size * before[i], i + 1
                old.add(i - 1)
            else:
                new_size, j = new_size * after[j], j + 1
                new.add(j - 1)
        yield old, new
