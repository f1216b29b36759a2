"""What `hk.layer_stack` does, for modules whose arrays are stacked by layer."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, NamedTuple

import jax

from .running import STATE, Keys, maybe_next_key, next_key, pure

_LAYER: ContextVar[Mapping[int, Any]] = ContextVar(
    "layer", default=MappingProxyType({})
)  # by its stack's id


# Functions that are told of modules and of what runs in their place.
ON_COPY: list[Callable[[list, list], None]] = []


class Library(NamedTuple):
    """How a library takes the arrays out of modules, and puts them back.

    Attributes:
      split: modules -> what they are without arrays, and arrays stacked by layer.
      merge: these two, for one layer -> modules.
      holding: modules -> a context in which their state is in `STATE`.
      part: all state, and modules -> the modules' state.
      update: all state, and some modules' state -> all state with it.
    """

    split: Callable
    merge: Callable
    holding: Callable
    part: Callable
    update: Callable


def of_layer(module: Any) -> Any:
    """The part of a stacked module that the running layer has."""
    return _LAYER.get()[id(module)]


class InLayer:
    """Stands for a stacked module that is made before layers run, and called in them.

    Args:
      module: the module.
      depth: in how many stacks, within each other, the layers are that call it.
    """

    def __init__(self, module: Any, depth: int = 1):
        self.module, self.depth = module, depth

    def __getattr__(self, name: str) -> Any:
        part = self.module
        for _ in range(self.depth):
            part = of_layer(part)
        return getattr(part, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the part that the running layer has."""
        return self.__getattr__("__call__")(*args, **kwargs)


def stack_with(library: Library, modules: list, length: int, options: dict) -> Callable:
    """Make what `hk.layer_stack(length, ...)` is, for modules with stacked arrays."""
    with_inputs = options.get("with_per_layer_inputs", False)

    def decorated(f: Callable) -> Callable:
        def run(keys_and_state: tuple, carry: Any, ys: tuple, kwargs: dict) -> Any:
            if with_inputs:
                return pure(f)(keys_and_state, carry, *ys)
            out, after = pure(f)(keys_and_state, *carry, **kwargs)
            return (out if len(carry) > 1 else (out,), None), after

        def call(*args: Any, **kwargs: Any) -> Any:
            reverse = kwargs.pop("reverse", False)
            if options.get("pass_reverse_to_layer_fn"):
                kwargs["reverse"] = reverse
            carry, ys = (args[0], args[1:]) if with_inputs else (args, ())
            keys = None
            if maybe_next_key() is not None:  # as Haiku, which draws for `init` as well
                keys = Keys(jax.random.split(next_key(), length))
            fixed, arrays = library.split(modules)
            stacked = library.part(STATE.get().value, modules)

            def layer(carry: Any, given: tuple) -> Any:
                carry, state = carry
                arrays, mine, keys, ys = given
                own = library.merge(fixed, arrays)
                for tell in ON_COPY:
                    tell(modules, own)
                before = _LAYER.set({**_LAYER.get(), **_by_stack(modules, own)})
                state = library.update(state, mine)
                (carry, z), (_, state) = run((keys, state), carry, ys, kwargs)
                _LAYER.reset(before)
                mine = library.part(state, modules)
                return (carry, library.update(state, stacked)), (z, mine)

            given = (arrays, stacked, keys, ys)
            (carry, state), (zs, stacked) = jax.lax.scan(
                layer,
                (carry, STATE.get().value),
                given,
                length,
                reverse,
                options.get("unroll", 1),
            )
            STATE.get().value = library.update(state, stacked)
            if with_inputs:
                return carry, zs
            return carry if len(args) > 1 else carry[0]

        def call_with_state(*args: Any, **kwargs: Any) -> Any:
            with library.holding(modules):
                return call(*args, **kwargs)

        return call_with_state

    return decorated


def _by_stack(modules: list, own: list) -> dict[int, Any]:
    """The modules of a layer, by the identity of what is stacked."""
    return {id(stack): part for stack, part in zip(modules, own, strict=True)}
