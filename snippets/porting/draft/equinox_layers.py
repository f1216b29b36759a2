"""Layers of Equinox that are called as Haiku's are: on batches, channels last."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

from .running import STATE, held
from .stacks import ON_COPY, Library, stack_with


def holding(state: eqx.nn.State | None) -> Any:
    """Let modules read their state, and write it.

    Args:
      state: the one that `eqx.nn.make_with_state` returned, or a later one.

    Returns:
      A context, which gives what holds the state, new after each write, as `.value`.

    Examples:
      >>> value, state = eqx.nn.make_with_state(Value)(jnp.zeros(()))
      >>> with holding(state) as held:
      ...     value.set_value(value[...] + 1)
      >>> held.value.get(value.index)
      Array(1., dtype=float32)
    """
    return held(STATE, state)


class Value(eqx.Module):
    """An entry of state, read as `value[...]`."""

    index: eqx.nn.StateIndex

    def __init__(self, init: jax.Array):
        self.index = eqx.nn.StateIndex(init)

    def __getitem__(self, where: Any) -> jax.Array:
        """What the state holds."""
        return STATE.get().value.get(self.index)[where]

    def set_value(self, value: Any) -> None:
        """Write a new value, in the dtype of the old one."""
        box = STATE.get()
        old = box.value.get(self.index)
        box.value = box.value.set(self.index, jnp.asarray(value, old.dtype))


class Constant:
    """Holds an array that Equinox must not take for a parameter."""

    def __init__(self, value: Any):
        self.value = value


class Parts(eqx.Module):
    """A module that holds what it is given, under the names of its fields."""


def batched(call: Callable, axes: int, x: jax.Array) -> jax.Array:
    """Call a layer of one example for each of the leading axes.

    Examples:
      >>> batched(jnp.sum, 1, jnp.ones((2, 3, 4))).shape
      (2, 3)
    """
    for _ in range(x.ndim - axes):
        call = jax.vmap(call)
    return call(x)


class Linear(eqx.nn.Linear):
    """An `eqx.nn.Linear` for inputs of shape (..., D)."""

    def __call__(self, x: jax.Array) -> jax.Array:
        """Apply the layer to each row."""
        return batched(super().__call__, 1, x)


class Conv(eqx.nn.Conv):
    """An `eqx.nn.Conv` for inputs with a batch and the channels last."""

    def __call__(self, x: jax.Array) -> jax.Array:
        """Convolve images of shape (..., H, W, C)."""
        y = batched(
            super().__call__,
            self.num_spatial_dims + 1,
            jnp.moveaxis(x, -1, self._first),
        )
        return jnp.moveaxis(y, self._first, -1)

    @property
    def _first(self) -> int:
        return -self.num_spatial_dims - 1


class LayerNorm(eqx.nn.LayerNorm):
    """An `eqx.nn.LayerNorm` over the last axis."""

    def __call__(self, x: jax.Array) -> jax.Array:
        """Normalise each row."""
        return batched(super().__call__, 1, x)


class RMSNorm(eqx.nn.RMSNorm):
    """An `eqx.nn.RMSNorm` over the last axis."""

    def __call__(self, x: jax.Array) -> jax.Array:
        """Normalise each row."""
        return batched(super().__call__, 1, x)


class Embedding(eqx.nn.Embedding):
    """An `eqx.nn.Embedding` for ids of any shape."""

    def __call__(self, ids: Any) -> jax.Array:
        """Look up each id."""
        return self.weight[jnp.asarray(ids, jnp.int32)]

    @property
    def embeddings(self) -> jax.Array:
        """The table, shape (ids, features)."""
        return self.weight

    @property
    def vocab_size(self) -> int:
        """How many ids there are."""
        return self.embeddings.shape[0]

    @property
    def embed_dim(self) -> int:
        """How many features."""
        return self.embeddings.shape[1]


class MultiheadAttention(eqx.nn.MultiheadAttention):
    """An `eqx.nn.MultiheadAttention` with batch axes, and Haiku's mask."""

    def __call__(
        self, query: jax.Array, key: jax.Array, value: jax.Array, mask: Any = None
    ) -> jax.Array:
        """Attend from queries (..., T, D) to keys and values (..., S, D)."""

        def attend(
            query: jax.Array, key: jax.Array, value: jax.Array, mask: Any
        ) -> jax.Array:
            return eqx.nn.MultiheadAttention.__call__(self, query, key, value, mask)

        batch = query.shape[:-2]
        if mask is not None:  # (..., heads or 1, T, S)
            wanted = (*batch, self.num_heads, query.shape[-2], key.shape[-2])
            mask = jnp.broadcast_to(mask, wanted)
        for _ in batch:
            attend = jax.vmap(attend, (0, 0, 0, None if mask is None else 0))
        return attend(query, key, value, mask)


def layers_of(length: int, make: Callable[[jax.Array], Any], key: jax.Array) -> Any:
    """Make a module whose arrays are those of several layers, along a first axis.

    Examples:
      >>> make = lambda key: eqx.nn.Linear(2, 4, key=key)
      >>> layers_of(3, make, jax.random.key(0)).weight.shape
      (3, 4, 2)
    """
    return eqx.filter_vmap(make)(jax.random.split(key, length))


def layer_stack(modules: list, num_layers: int, *args: Any, **options: Any) -> Callable:
    """Run a function of stacked modules layer by layer, as `hk.layer_stack` does."""
    names = ("with_per_layer_inputs", "unroll", "pass_reverse_to_layer_fn")
    options |= dict(zip(names, args, strict=False))
    return stack_with(EQUINOX, modules, num_layers, options)


def _split(modules: list) -> tuple[Any, Any]:
    arrays, fixed = eqx.partition(modules, eqx.is_array)
    return fixed, arrays


EQUINOX = Library(
    split=_split,
    merge=lambda fixed, arrays: eqx.combine(arrays, fixed),
    holding=lambda modules: nullcontext(),
    part=lambda state, modules: state and state.substate(modules),
    update=lambda state, part: state and state.update(part),
)


class Tied(eqx.Module):
    """A network some parts of which are one and the same.

    Args:
      net: the network.
      where: gives the parts that stand for others.
      get: gives these others.
    """

    shared: eqx.nn.Shared

    def __init__(self, net: Any, where: Callable, get: Callable):
        self.shared = eqx.nn.Shared(net, where, get)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the network."""
        net = self.shared()
        for tell in ON_COPY:
            tell([self.shared.pytree], [net])
        return net(*args, **kwargs)
