"""Python values as code, and the imports that the code needs."""

import builtins
import enum
import functools
import inspect
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from types import FunctionType, ModuleType
from typing import Any

import jax
import numpy as np

MOST_NUMBERS = 64  # of an array that is written out
# Where a name of JAX is looked for first: what people write.
_FAMILIAR = (
    "jax.numpy",
    "jax.nn",
    "jax.lax",
    "jax",
    "jax.nn.initializers",
    "jax.random",
)
_SHORT = {"jax.numpy": "jnp", "numpy": "np"}


class NotWritten(Exception):
    """A value that cannot be written as code; its text says what it is."""


class Names:
    """The names at the top of a file: imports, without one name for two things."""

    def __init__(self, taken: Mapping[str, Any] | None = None):
        self.bound: dict[str, Any] = dict(taken or {})
        self.lines: set[str] = set()
        self.layers: set[str] = set()  # what the code has from this package's layers

    def module(self, name: str) -> str:
        """Import a module, under the short name that it mostly has."""
        short = _SHORT.get(name)
        if short:
            self._bind(short, sys.modules[name], f"import {name} as {short}")
            return short
        self._bind(
            name.split(".")[0], sys.modules[name.split(".")[0]], f"import {name}"
        )
        return name

    def reference(self, value: Any, name: str, module: str) -> str:
        """Import a name of a module, and give the name that it has in this file."""
        free = self.free(name, value)
        self._bind(free, value, _import(module, name, free))
        return free

    def part(self, name: str) -> str:
        """Import a module of this package."""
        module = sys.modules[f"{__package__}.{name}"]
        return self.reference(module, name, __package__)

    def alias(self, module: ModuleType, name: str) -> str:
        """Import a module under a name that code gives it."""
        free = self.free(name, module)
        full = module.__name__
        plain = f"import {full}" if full == free else f"import {full} as {free}"
        self._bind(free, module, plain)
        return free

    def free(self, name: str, value: Any = None) -> str:
        """The name, or a longer one if something else has it."""
        found, number = name, 1
        while found in self.bound and self.bound[found] is not value:
            number += 1
            found = f"{name}_{number}"
        return found

    def _bind(self, name: str, value: Any, line: str) -> None:
        self.bound[name] = value
        self.lines.add(line)


def _import(module: str, name: str, free: str) -> str:
    return f"from {module} import {name}" + (f" as {free}" if free != name else "")


class Values:
    """Writes values as code.

    Args:
      names: where the imports are collected.
      known: what gives the code of a module or function of the run; None for others.
    """

    def __init__(self, names: Names, known: Callable[[Any], str | None]):
        self.names, self.known = names, known

    def code(self, value: Any) -> str:
        """The code of a value; raises NotWritten if there is none."""
        if (own := self.known(value)) is not None:
            return own
        if type(value).__module__ == "haiku._src.initializers":
            return "None"  # a port is filled, its arrays need no initialiser
        for types, write in self._writers():
            if isinstance(value, types):
                return write(value)
        if is_dataclass(value) and not isinstance(value, type):
            return self._dataclass(value)
        if isinstance(value, type) or callable(value):
            return self._named(value)
        if hasattr(value, "__array__") and not isinstance(value, jax.core.Tracer):
            return self._array(np.asarray(value))
        raise NotWritten(f"a {type(value).__module__}.{type(value).__qualname__}")

    def _writers(self) -> tuple:
        return (
            (enum.Enum, lambda v: f"{self._named(type(v))}.{v.name}"),
            ((type(None), bool, int, str, bytes, complex, type(...)), _plain),
            (float, self._float),
            (np.generic, lambda v: self.code(v.item())),
            (np.dtype, lambda v: self.names.module("numpy") + f".dtype({v.name!r})"),
            ((list, tuple, dict, set, frozenset, slice), self._container),
            (functools.partial, self._partial),
            (np.ndarray, self._array),
            (ModuleType, lambda v: self.names.module(v.__name__)),
        )

    def _float(self, value: float) -> str:
        return repr(value) if math.isfinite(value) else f'float("{value}")'

    def _container(self, value: Any) -> str:
        if isinstance(value, slice):
            return f"slice({value.start}, {value.stop}, {value.step})"
        if isinstance(value, dict):
            items = [f"{self.code(k)}: {self.code(v)}" for k, v in value.items()]
            return "{" + ", ".join(items) + "}"
        parts = [self.code(part) for part in value]
        if hasattr(value, "_fields"):
            names = zip(value._fields, parts, strict=True)
            return (
                f"{self._named(type(value))}({', '.join(f'{n}={p}' for n, p in names)})"
            )
        if isinstance(value, list):
            return f"[{', '.join(parts)}]"
        if isinstance(value, tuple):
            return f"({', '.join(parts)}{',' * (len(parts) == 1)})"
        return f"{type(value).__name__}([{', '.join(parts)}])"

    def _partial(self, value: functools.partial) -> str:
        name = self.names.reference(functools.partial, "partial", "functools")
        parts = [self.code(value.func), *map(self.code, value.args)]
        parts += [f"{key}={self.code(part)}" for key, part in value.keywords.items()]
        return f"{name}({', '.join(parts)})"

    def _array(self, value: np.ndarray) -> str:
        if value.size > MOST_NUMBERS or value.dtype.kind not in "biuf":
            raise NotWritten(f"an array of shape {value.shape}")
        name = self.names.module("numpy")
        return f"{name}.array({self.code(value.tolist())}, {name}.{value.dtype.name})"

    def _dataclass(self, value: Any) -> str:
        given = [f for f in fields(value) if f.init]
        parts = (f"{f.name}={self.code(getattr(value, f.name))}" for f in given)
        return f"{self._named(type(value))}({', '.join(parts)})"

    def _named(self, value: Any) -> str:
        """A class or function by its name, imported from where it can be found."""
        if inspect.ismethod(value):
            return f"{self.code(value.__self__)}.{value.__name__}"
        name = getattr(value, "__name__", "")
        if getattr(builtins, name, None) is value:
            return name
        for module in _FAMILIAR:
            if getattr(sys.modules.get(module), name, None) is value:
                return f"{self.names.module(module)}.{name}"
        home = getattr(value, "__module__", None) or ""
        if name and getattr(sys.modules.get(home), name, None) is value:
            return self.names.reference(value, name, home)
        outer, _, inner = getattr(value, "__qualname__", name).partition(".")
        if isinstance(value, type) and hasattr(sys.modules.get(home), outer):
            around = getattr(sys.modules[home], outer)
            return f"{self.names.reference(around, outer, home)}.{inner}"
        if isinstance(value, FunctionType) and (text := self._lambda(value)):
            return text
        raise NotWritten(f"the function {getattr(value, '__qualname__', value)}")

    def _lambda(self, value: FunctionType) -> str | None:
        from .source import (
            lambda_text,
        )  # it needs Values for what a lambda has from outside

        return lambda_text(value, self)


def _plain(value: Any) -> str:
    return "..." if value is ... else repr(value)
