"""The rules by which Haiku names modules."""

import re
from dataclasses import dataclass, field
from typing import Any

FORCED = "FORCE:"  # what `hk.force_name` puts before a name


class Counters(dict):
    """How many modules of each name a method has made."""


@dataclass(eq=False)
class Frame:
    """A method that runs, with its module."""

    module: Any = None
    method: str = "__call__"
    counters: Counters = field(default_factory=Counters)
    # Why a counter may have another value; under "" of all counters.
    doubts: dict[str, frozenset[str]] = field(default_factory=dict)


def snake_case(name: str) -> str:
    """The name that Haiku gives a module of a class.

    Examples:
      >>> [snake_case(name) for name in ("WSConv2D", "LSTM", "TransformerLM")]
      ['ws_conv2_d', 'lstm', 'transformer_lm']
    """
    words = re.sub(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))", r"_\1", name)
    return words.lower()


def prefixed(frame: Frame, name: str) -> str:
    """A name as a method makes it: below its module, with `~` unless that is called."""
    if frame.module is None:
        return name
    if frame.method == "__init__":
        name = f"~/{name}"
    elif frame.method != "__call__":
        name = f"~{frame.method}/{name}"
    return f"{frame.module.path}/{name}"


def numbered(frame: Frame, name: str) -> tuple[str, str, int]:
    """The unique name, the name that is counted, and the new count."""
    split = re.fullmatch(r"(.*?)_(0|[1-9]\d*)", name, re.DOTALL)
    base, number = (split[1], int(split[2])) if split else (name, None)
    before = frame.counters.get(base, 0)
    if number is None:
        number = before
        name = f"{base}_{number}" if number else base
    return name, base, max(before, number + 1)
