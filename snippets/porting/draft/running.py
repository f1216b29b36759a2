"""The random keys and the state of a port while it runs, as Haiku keeps them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, NamedTuple

import jax


class Box:
    """Holds a value that a running network changes."""

    def __init__(self, value: Any = None):
        self.value = value


_NOTHING = Box()
KEYS: ContextVar[Box] = ContextVar("keys", default=_NOTHING)
STATE: ContextVar[Box] = ContextVar("state", default=_NOTHING)
_PARTS: dict[tuple[int, str], Iterator[Any]] = {}  # of a module's lists, by its id


@contextmanager
def held(variable: ContextVar[Box], value: Any) -> Iterator[Box]:
    """Let a box with a value be what a context variable gives."""
    box = Box(value)
    before = variable.set(box)
    try:
        yield box
    finally:
        variable.reset(before)


class Keys(NamedTuple):
    """What keys are drawn from: `key` for those to come, and some that are there."""

    key: jax.Array
    rest: tuple[jax.Array, ...] = ()

    def reserve(self, number: int) -> "Keys":
        """Have more keys there."""
        key, *more = jax.random.split(self.key, number + 1)
        return Keys(key, (*self.rest, *more)) if number > 0 else self


def drawing(key: jax.Array | None) -> Any:
    """Let `next_key` draw from a key.

    Args:
      key: the one that `apply` would get; none if nothing draws.

    Returns:
      A context, which gives what holds the `Keys`, new ones after each draw.

    Examples:
      >>> with drawing(jax.random.key(0)):
      ...     first, second = next_key(), next_key()
      >>> bool((first == second).all())
      False
    """
    return held(KEYS, None if key is None else Keys(key))


def next_key() -> jax.Array:
    """Draw the key that `hk.next_rng_key` would give."""
    box = KEYS.get()
    if box.value is None:
        raise ValueError("This network draws: call it within `with drawing(key):`.")
    key, (taken, *rest) = box.value if box.value.rest else box.value.reserve(1)
    box.value = Keys(key, tuple(rest))
    return taken


def maybe_next_key() -> jax.Array | None:
    """Draw a key if there are any, as `hk.maybe_next_rng_key` does."""
    return None if KEYS.get().value is None else next_key()


def next_keys(number: int) -> jax.Array:
    """Draw several keys at once, those of `hk.next_rng_keys`."""
    box = KEYS.get()
    if box.value:
        box.value = box.value.reserve(number - len(box.value.rest))
    return jax.numpy.stack([next_key() for _ in range(number)])


def running_init() -> bool:
    """Answer as `hk.running_init` does in `apply`: a port has no `init`."""
    return False


def name_scope(name: str, **options: Any) -> Any:
    """A context that does nothing: the names of a port are its attributes."""
    return nullcontext()


def carried() -> tuple[Any, Any]:
    """The keys and the state as they are now."""
    return KEYS.get().value, STATE.get().value


def carry_on(keys_and_state: tuple[Any, Any]) -> None:
    """Go on with other keys and another state."""
    KEYS.get().value, STATE.get().value = keys_and_state


def carried_by_loop() -> tuple[Any, Any]:
    """The keys and the state when one key is there, as Haiku's loops have it."""
    keys, state = carried()
    if keys is not None:
        keys = keys.reserve(1 - len(keys.rest))
        keys = Keys(keys.key, keys.rest[:1])
    return keys, state


def pure(f: Callable, after: Callable = carried) -> Callable:
    """Let a function take the keys and the state first, and return them as well.

    Args:
      f: the function.
      after: `carried`, or `carried_by_loop` for what a loop or a branch runs.

    Examples:
      >>> taken, (keys, _) = pure(next_key)((Keys(jax.random.key(0)), None))
      >>> bool(keys.key == taken)
      False
    """

    def call(keys_and_state: tuple[Any, Any], *args: Any, **kwargs: Any) -> Any:
        keys, state = keys_and_state
        with held(KEYS, keys), held(STATE, state):
            out = f(*args, **kwargs)
            return out, after()

    return call


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
