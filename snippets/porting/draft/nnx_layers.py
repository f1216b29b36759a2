"""Layers of Flax NNX that are called as Haiku's are; their variables are NNX's own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from .running import STATE, Box, held
from .stacks import Library, stack_with

_SLOTS = count()


class Fixed(list):
    """A list that NNX keeps as it is, not as a part of the module's arrays."""

    __hash__ = object.__hash__


class FixedDict(dict):
    """A dictionary that NNX keeps as it is."""

    __hash__ = object.__hash__


class Parts(nnx.Module):
    """A module that holds what it is given, under the names of the arguments.

    Examples:
      >>> Parts(width=3, layers=[nnx.Param(jnp.zeros(2))]).width
      3
    """

    def __init__(self, **parts: Any):
        for name, part in parts.items():
            setattr(self, name, _held(part))


def _held(part: Any) -> Any:
    if not isinstance(part, list | tuple | dict | set):
        return part
    leaves = jax.tree.leaves(part, is_leaf=lambda x: isinstance(x, nnx.Pytree))
    if any(
        isinstance(x, nnx.Pytree | nnx.Variable | jax.Array | np.ndarray)
        for x in leaves
    ):
        return nnx.data(part)
    kinds = {list: Fixed, dict: FixedDict, set: frozenset}
    return kinds.get(type(part), type(part))(part) if type(part) in kinds else part


class State(nnx.BatchStat):
    """A variable of state, which a loop of the port can write within `holding`."""

    def __init__(self, value: Any, **metadata: Any):
        super().__init__(value, **{"slot": next(_SLOTS), **metadata})

    def get_value(self, **where: Any) -> Any:
        """The value, or what the running loop has made of it."""
        values = STATE.get().value or {}
        if self.slot not in values:
            return super().get_value(**where)
        return values[self.slot][where.get("index", ...)]

    def set_value(self, value: Any, **where: Any) -> None:
        """Write a new value, in the dtype of the old one."""
        box, value = STATE.get(), jnp.asarray(value, self.dtype)
        if self.slot in (box.value or {}):
            box.value = {**box.value, self.slot: value}
        else:
            super().set_value(value, **where)


@contextmanager
def holding(net: Any) -> Iterator[Box]:
    """Let loops of a network write its state.

    Args:
      net: the module, which has the new state afterwards.

    Yields:
      What holds the state.

    Examples:
      >>> net = Parts(total=State(jnp.zeros(())))
      >>> with holding(net) as held:
      ...     net.total.set_value(net.total[...] + 1)
      >>> net.total[...]
      Array(1., dtype=float32)
    """
    variables = _states(net)
    outer = STATE.get()
    before = {slot: variable[...] for slot, variable in variables.items()}
    with held(STATE, {**(outer.value or {}), **before}) as box:
        yield box
    if outer.value:
        outer.value = {slot: box.value[slot] for slot in outer.value}
    for slot, variable in variables.items():
        if box.value[slot] is not before[slot]:
            variable.set_value(box.value[slot])


def _states(net: Any) -> dict[int, State]:
    """The variables of state within a module or a list of modules, by slot."""
    found = (part for _, part in nnx.iter_graph(net))
    return {part.slot: part for part in found if isinstance(part, State)}


class BatchNorm(nnx.BatchNorm):
    """An `nnx.BatchNorm` that is told at each call whether it trains."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.mean, self.var = State(self.mean[...]), State(self.var[...])

    def __call__(
        self, inputs: jax.Array, is_training: bool, test_local_stats: bool = False
    ) -> jax.Array:
        """Normalise inputs of shape (..., C)."""
        if is_training or not test_local_stats:
            return super().__call__(inputs, use_running_average=not is_training)
        means, variances = self.mean[...], self.var[...]
        out = super().__call__(inputs, use_running_average=False)
        self.mean[...], self.var[...] = means, variances
        return out


class Embed(nnx.Embed):
    """An `nnx.Embed` that reads the nearest row for an id outside, as Haiku does."""

    def __call__(self, ids: Any, **options: Any) -> jax.Array:
        """Look up ids of any shape."""
        return self.embeddings[jnp.asarray(ids, jnp.int32)]

    @property
    def embeddings(self) -> jax.Array:
        """The table, shape (ids, features)."""
        return self.embedding[...]

    @property
    def vocab_size(self) -> int:
        """How many ids there are."""
        return self.embeddings.shape[0]

    @property
    def embed_dim(self) -> int:
        """How many features."""
        return self.embeddings.shape[1]


class MultiHeadAttention(nnx.MultiHeadAttention):
    """An `nnx.MultiHeadAttention` whose mask may be given by position."""

    def __call__(
        self, query: jax.Array, key: jax.Array, value: jax.Array, mask: Any = None
    ) -> jax.Array:
        """Attend from queries (..., T, D) to keys and values (..., S, D)."""
        return super().__call__(query, key, value, mask=mask)


def layers_of(length: int, make: Callable[[nnx.Rngs], Any], rngs: nnx.Rngs) -> Any:
    """Make a module whose arrays are those of several layers, along a first axis.

    Examples:
      >>> make = lambda rngs: nnx.Linear(2, 4, rngs=rngs)
      >>> layers_of(3, make, nnx.Rngs(0)).kernel.shape
      (3, 2, 4)
    """

    @nnx.split_rngs(splits=length)
    @nnx.vmap
    def each(rngs: nnx.Rngs) -> Any:
        return make(rngs)

    return each(rngs)


def layer_stack(modules: list, num_layers: int, *args: Any, **options: Any) -> Callable:
    """Run a function of stacked modules layer by layer, as `hk.layer_stack` does."""
    names = ("with_per_layer_inputs", "unroll", "pass_reverse_to_layer_fn")
    options |= dict(zip(names, args, strict=False))
    return stack_with(NNX, modules, num_layers, options)


NNX = Library(
    split=lambda modules: nnx.split(nnx.List(modules)),
    merge=lambda graph, arrays: list(nnx.merge(graph, arrays)),
    holding=lambda modules: holding(nnx.List(modules)),
    part=lambda state, modules: {s: state[s] for s in _states(nnx.List(modules))},
    update=lambda state, part: {**state, **part},
)
