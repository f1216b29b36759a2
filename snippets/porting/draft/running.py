"""The random keys and the state of a port while it runs, as Haiku keeps them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import jax


class Box:
    """Holds a value that a running network changes."""

    def __init__(self, value: Any = None):
        self.value = value


_NOTHING = Box()
KEY: ContextVar[Box] = ContextVar("key", default=_NOTHING)
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


def drawing(key: jax.Array | None) -> Any:
    """Let `next_key` draw from a key.

    Args:
      key: the one that `apply` would get; none if nothing draws.

    Returns:
      A context, which gives what holds the key, a new one after each draw.

    Examples:
      >>> with drawing(jax.random.key(0)):
      ...     first, second = next_key(), next_key()
      >>> bool((first == second).all())
      False
    """
    return held(KEY, key)


def next_key() -> jax.Array:
    """Draw the key that `hk.next_rng_key` would give."""
    box = KEY.get()
    if box.value is None:
        raise ValueError("This network draws: call it within `with drawing(key):`.")
    box.value, taken = jax.random.split(box.value)
    return taken


def maybe_next_key() -> jax.Array | None:
    """Draw a key if there are any, as `hk.maybe_next_rng_key` does."""
    return None if KEY.get().value is None else next_key()


def next_keys(number: int) -> jax.Array:
    """Draw several keys at once, those of `hk.next_rng_keys`."""
    return jax.random.split(next_key(), number)


def running_init() -> bool:
    """Answer as `hk.running_init` does in `apply`: a port has no `init`."""
    return False


def carried() -> tuple[Any, Any]:
    """The key and the state as they are now."""
    return KEY.get().value, STATE.get().value


def carry_on(key_and_state: tuple[Any, Any]) -> None:
    """Go on with another key and state."""
    KEY.get().value, STATE.get().value = key_and_state


def pure(f: Callable) -> Callable:
    """Let a function take the key and the state first, and return them as well.

    Examples:
      >>> taken, (key, _) = pure(next_key)((jax.random.key(0), None))
      >>> bool(key == taken)
      False
    """

    def call(key_and_state: tuple[Any, Any], *args: Any, **kwargs: Any) -> Any:
        key, state = key_and_state
        with held(KEY, key), held(STATE, state):
            out = f(*args, **kwargs)
            return out, carried()

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
