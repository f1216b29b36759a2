"""Prints the public names of the NumPy that runs it, each with its parameters or null, as JSON.

It is imported rather than read, since much of NumPy is written in C; so it runs under old
Pythons, 3.8 for NumPy 1.18.
"""

import importlib
import inspect
import json
import sys
import types
import warnings

import numpy

MODULES = (
    "",
    ".linalg",
    ".random",
    ".fft",
    ".ma",
    ".testing",
    ".lib",
    ".polynomial",
    ".core",
    ".ctypeslib",
    ".matlib",
)


def parameters(value):
    """What a function takes by keyword; None if it does not say."""
    try:
        found = inspect.signature(value).parameters
    except (TypeError, ValueError):
        return None
    return None if any(one.kind == one.VAR_KEYWORD for one in found.values()) else sorted(found)


def names_of(module):
    """The public names of a module, those included that it has but does not list."""
    for name in {*dir(module), *getattr(module, "__deprecated_attrs__", ())}:
        value = None if name.startswith("_") else getattr(module, name, None)
        elsewhere = isinstance(value, types.ModuleType) and not value.__name__.startswith("numpy")
        if value is not None and not elsewhere:
            yield name, parameters(value) if isinstance(value, types.FunctionType) else None


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    names = {}
    for suffix in MODULES:
        try:
            imported = importlib.import_module("numpy" + suffix)
        except ImportError:
            continue
        names.update({f"numpy{suffix}.{name}": value for name, value in names_of(imported)})
    json.dump({"version": numpy.__version__, "names": names}, sys.stdout)
