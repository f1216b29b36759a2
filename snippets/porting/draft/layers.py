"""What drafts for both libraries run with: keys, loops and stacks, as in Haiku."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, NamedTuple

import jax


class Keys:
    """Random keys one after the other, the same ones that `hk.PRNGSequence` gives."""

    def __init__(self, key: jax.Array):
        self.key = key

    def take(self) -> jax.Array:
        """The next key."""
        self.key, taken = jax.random.split(self.key)
        return taken


_KEYS: ContextVar[Keys | None] = ContextVar("keys", default=None)
_LAYER: ContextVar[Mapping[int, Any]] = ContextVar(
    "layer", default=MappingProxyType({})
)  # by its stack's id


# Functions that are told of modules and of what runs in their place.
ON_COPY: list[Callable[[list, list], None]] = []


@contextmanager
def drawing(key: jax.Array | None) -> Iterator[Keys | None]:
    """Let `next_key` draw from a key.

    Args:
      key: the one that `apply` would get; none if nothing draws.

    Yields:
      The sequence of keys.

    Examples:
      >>> with drawing(jax.random.key(0)):
      ...     first, second = next_key(), next_key()
      >>> bool((first == second).all())
      False
    """
    before = _KEYS.set(None if key is None else Keys(key))
    try:
        yield _KEYS.get()
    finally:
        _KEYS.reset(before)


def next_key() -> jax.Array:
    """Draw the key that `hk.next_rng_key` would give."""
    if (keys := _KEYS.get()) is None:
        raise ValueError("This network draws: call it within `with drawing(key):`.")
    return keys.take()


def maybe_next_key() -> jax.Array | None:
    """Draw a key if there are any, as `hk.maybe_next_rng_key` does."""
    return None if _KEYS.get() is None else next_key()


def next_keys(number: int) -> jax.Array:
    """Draw several keys at once, those of `hk.next_rng_keys`."""
    return jax.random.split(next_key(), number)


_PARTS: dict[tuple[int, str], Iterator[Any]] = {}  # of a module's lists, by its id


def start_parts(module: Any, *names: str) -> None:
    """Let `next_part` begin with the first part of some lists of a module."""
    for name in names:
        _PARTS[id(module), name] = iter(getattr(module, name))


def next_part(module: Any, name: str) -> Any:
    """The next part of a list, for methods that run once for each part.

    Examples:
      >>> from types import SimpleNamespace
      >>> module = SimpleNamespace(layers=[1, 2])
      >>> start_parts(module, "layers")
      >>> next_part(module, "layers"), next_part(module, "layers")
      (1, 2)
    """
    return next(_PARTS[id(module), name])


def running_init() -> bool:
    """Answer as `hk.running_init` does in `apply`: a port has no `init`."""
    return False


def scan(
    f: Callable,
    init: Any,
    xs: Any,
    length: int | None = None,
    reverse: bool = False,
    unroll: int = 1,
) -> tuple[Any, Any]:
    """Loop as `jax.lax.scan` does, each step with keys of its own.

    Examples:
      >>> scan(lambda h, x: (h + x, h), 0, jnp.arange(4))[0]
      Array(6, dtype=int32)
    """
    keys = _KEYS.get()
    if keys is None:
        return jax.lax.scan(f, init, xs, length, reverse, unroll)

    def step(carry: Any, x: Any) -> Any:
        carry, key = carry
        with drawing(key) as inner:
            carry, y = f(carry, x)
        return (carry, inner.key), y

    (carry, keys.key), ys = jax.lax.scan(
        step, (init, keys.key), xs, length, reverse, unroll
    )
    return carry, ys


def map_over(f: Callable, xs: Any) -> Any:
    """Map as `jax.lax.map` does."""
    return scan(lambda _, x: ((), f(x)), (), xs)[1]


def remat(f: Callable, **options: Any) -> Callable:
    """Compute again in the backward pass, as `jax.checkpoint`, with the same keys."""

    def call(*args: Any, **kwargs: Any) -> Any:
        keys = _KEYS.get()

        def inner(key: Any, *args: Any) -> Any:
            with drawing(key) as drawn:
                out = f(*args, **kwargs)
            return out, drawn and drawn.key

        out, key = jax.checkpoint(inner, **options)(keys and keys.key, *args)
        if keys:
            keys.key = key
        return out

    return call


def vmap(
    f: Callable,
    in_axes: Any = 0,
    out_axes: Any = 0,
    axis_name: Any = None,
    axis_size: int | None = None,
    *,
    split_rng: bool,
) -> Callable:
    """Map as `jax.vmap`; `split_rng` says whether each element has its own keys."""
    options = {"axis_name": axis_name, "axis_size": axis_size}

    def call(*args: Any) -> Any:
        keys = _KEYS.get()
        if keys is None:
            return jax.vmap(f, in_axes, out_axes, **options)(*args)

        def inner(key: jax.Array, args: tuple) -> Any:
            with drawing(key) as drawn:
                return f(*args), drawn.key

        axes = (
            tuple(in_axes)
            if isinstance(in_axes, list | tuple)
            else (in_axes,) * len(args)
        )
        if split_rng:
            given, size = 0, axis_size or _size(args, axes)
            key = next_keys(size)
            outs = (out_axes, 0)
        else:
            given, key, outs = None, keys.key, (out_axes, None)
        out, key = jax.vmap(inner, (given, axes), outs, **options)(key, args)
        if not split_rng:
            keys.key = key
        return out

    return call


def _size(args: tuple, axes: tuple) -> int:
    """The length of the first mapped axis."""
    for arg, axis in zip(args, axes, strict=True):
        if isinstance(axis, int):
            return jax.tree.leaves(arg)[0].shape[axis]
    raise ValueError(f"No argument has a mapped axis: in_axes is {axes}.")


def dynamic_unroll(
    core: Callable,
    input_sequence: Any,
    initial_state: Any,
    time_major: bool = True,
    reverse: bool = False,
    return_all_states: bool = False,
    unroll: int = 1,
) -> tuple[Any, Any]:
    """Run a recurrent core over a sequence, as `hk.dynamic_unroll` does.

    Examples:
      >>> core = lambda x, h: (x + h, x + h)
      >>> dynamic_unroll(core, jnp.arange(4), 0)[0]
      Array([0, 1, 3, 6], dtype=int32)
    """

    def step(state: Any, inputs: Any) -> Any:
        out, state = core(inputs, state)
        return state, ((out, state) if return_all_states else out)

    def swapped(tree: Any) -> Any:
        return tree if time_major else jax.tree.map(lambda x: x.swapaxes(0, 1), tree)

    state, out = scan(
        step, initial_state, swapped(input_sequence), reverse=reverse, unroll=unroll
    )
    if return_all_states:
        return tuple(map(swapped, out))
    return swapped(out), state


def static_unroll(
    core: Callable, input_sequence: Any, initial_state: Any, time_major: bool = True
) -> tuple[Any, Any]:
    """Run a recurrent core over a sequence, as `hk.static_unroll` does."""
    length = jax.tree.leaves(input_sequence)[0].shape[0 if time_major else 1]
    return dynamic_unroll(
        core, input_sequence, initial_state, time_major, unroll=length
    )


class Library(NamedTuple):
    """How a library takes the arrays out of modules, and puts them back.

    Attributes:
      split: modules -> what they are without arrays, and arrays stacked by layer.
      merge: these two, for one layer -> modules.
      changed: modules after a call -> the state that it changed.
      update: modules, and this state for all layers -> nothing.
    """

    split: Callable
    merge: Callable
    changed: Callable
    update: Callable


def of_layer(module: Any) -> Any:
    """The part of a stacked module that the running layer has."""
    return _LAYER.get()[id(module)]


def stack_with(library: Library, modules: list, length: int, options: dict) -> Callable:
    """Make what `hk.layer_stack(length, ...)` is, for modules with stacked arrays."""
    with_inputs = options.get("with_per_layer_inputs", False)

    def decorated(f: Callable) -> Callable:
        def call(*args: Any, **kwargs: Any) -> Any:
            reverse = kwargs.pop("reverse", False)
            if options.get("pass_reverse_to_layer_fn"):
                kwargs["reverse"] = reverse
            carry, ys = (args[0], args[1:]) if with_inputs else (args, ())
            keys = None
            if maybe_next_key() is not None:  # as Haiku, which draws for `init` as well
                keys = next_keys(length)
            fixed, arrays = library.split(modules)

            def layer(carry: Any, given: tuple) -> Any:
                arrays, key, ys = given
                own = library.merge(fixed, arrays)
                for tell in ON_COPY:
                    tell(modules, own)
                before = _LAYER.set({**_LAYER.get(), **_by_stack(modules, own)})
                with drawing(key):
                    out = f(carry, *ys) if with_inputs else (f(*carry, **kwargs), None)
                _LAYER.reset(before)
                carry, z = out if with_inputs or len(args) > 1 else ((out[0],), None)
                return carry, (z, library.changed(own))

            given = (arrays, keys, ys)
            unroll = options.get("unroll", 1)
            carry, (zs, state) = jax.lax.scan(
                layer, carry, given, length, reverse, unroll
            )
            library.update(modules, state)
            if with_inputs:
                return carry, zs
            return carry if len(args) > 1 else carry[0]

        return call

    return decorated


def _by_stack(modules: list, own: list) -> dict[int, Any]:
    """The modules of a layer, by the identity of what is stacked."""
    return {id(stack): part for stack, part in zip(modules, own, strict=True)}
