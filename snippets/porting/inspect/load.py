"""Give the arrays of a file by name, as NumPy has them."""

import importlib
import os
import pathlib
from typing import Any

import numpy as np

from .budget import MOST_DEPTH, Budget
from .command import data_of
from .look import read, size_of
from .records import LIST, MAPPING, SET, Array, Record
from .tree import key_text
from .values import children, is_code, plain


def load(file: str | os.PathLike | bytes, at: str = "") -> Any:
    """Load the arrays of a file of weights, whatever it is, and run nothing of it.

    Objects become dictionaries of what they hold, and so do files with flat names:
    "module//parameter" gives the mapping of modules that Haiku takes, and
    "params:module:parameter" that below "params". Other names stay as they are.

    Args:
      file: a path, or the bytes of a file.
      at: names with "//" between them, as `haiku-port weights` shows them, of the part
        to return, such as "params" or "0//params".

    Returns:
      Dictionaries, lists and tuples, with NumPy arrays of the file's dtypes.

    Raises:
      ValueError: if the file cannot be read as a whole, is not weights, or lacks `at`.
      OSError: if there is no such file.

    Examples:
      >>> import pickle
      >>> load(pickle.dumps({"params": {"linear": {"w": np.ones(2)}}}), at="params")
      {'linear': {'w': array([1., 1.])}}
    """
    is_bytes = isinstance(file, bytes)
    name = "the file" if is_bytes else pathlib.Path(file).name
    data = file if is_bytes else data_of(pathlib.Path(file))
    budget = Budget(size_of(data))
    contents, _ = read(data, budget)
    if contents.problem:
        raise ValueError(f"{name} {contents.problem}")
    tree = _nested(_Tree(name, budget).made(contents.root, 0))
    for part in at.split("//") if at else ():
        key = int(part) if isinstance(tree, (list, tuple)) and part.isdigit() else part
        try:
            tree = tree[key]
        except (IndexError, KeyError, TypeError):
            there = list(tree)[:8] if isinstance(tree, dict) else type(tree).__name__
            raise ValueError(f"{name} has no part {part!r}, but {there}.") from None
    return tree


def _array(made: Array, name: str) -> np.ndarray:
    """The NumPy array of a record."""
    data = None if made.problem else made.stored()
    if data is None:
        told = made.problem or "the file does not have its bytes"
        raise ValueError(f"{name} has an array of the shape {made.shape}, but {told}.")
    order = ">" if made.dtype.swapped else "="
    dtype = _dtype(made.dtype.name, name).newbyteorder(order)
    flat = np.frombuffer(data, dtype)
    if made.strides:
        steps = tuple(step * dtype.itemsize for step in made.strides)
        flat = np.lib.stride_tricks.as_strided(flat, made.shape, steps, writeable=False)
        return np.array(flat)
    shaped = flat.reshape(made.shape, order="F" if made.column_major else "C")
    return shaped.astype(dtype.newbyteorder("="))


def _dtype(dtype_name: str, name: str) -> np.dtype:
    try:
        dtype_name = (
            "bfloat16" if dtype_name == "V2" else dtype_name
        )  # as NumPy saves it
        if hasattr(np, dtype_name) or dtype_name[0] in "SUVmM":
            return np.dtype(dtype_name)
        ml_dtypes = importlib.import_module("ml_dtypes")  # which comes with JAX
        return np.dtype(getattr(ml_dtypes, dtype_name))
    except (AttributeError, ImportError, TypeError, ValueError):
        told = f"{name} has the dtype {dtype_name}, which NumPy lacks."
        raise ValueError(told) from None


class _Tree:
    """Makes dictionaries and lists of records, each of them once."""

    def __init__(self, name: str, budget: Budget):
        self.name, self.budget = name, budget
        self.known: dict[int, Any] = {}

    def made(self, node: Any, depth: int) -> Any:
        if depth > MOST_DEPTH:
            raise ValueError(f"{self.name} contains itself, or is nested too deeply.")
        if id(node) not in self.known:
            self.known[id(node)] = self.make(node, depth), node  # no id is used twice
        return self.known[id(node)][0]

    def make(self, node: Any, depth: int) -> Any:
        value = plain(node) if isinstance(node, Record) else node
        if isinstance(value, Array):
            return _array(value, self.name)
        if type(value) is tuple:
            return tuple(self.made(each, depth + 1) for each in value)
        if not isinstance(value, Record):
            return value
        if is_code(value):
            return None
        if value.of in (LIST, SET):
            return [self.made(each, depth + 1) for each in value.elements]
        if value.of == MAPPING:
            return {_key(k): self.made(each, depth + 1) for k, each in value.items}
        return {key_text(k): self.made(each, depth + 1) for k, each in children(value)}


def _key(key: Any) -> Any:
    return key if type(key) is int and key.bit_length() < 64 else key_text(key)


def _nested(tree: Any) -> Any:
    """The mapping of modules that flat names with // or : between them mean."""
    if not isinstance(tree, dict) or not all(isinstance(key, str) for key in tree):
        return tree
    mark = next((m for m in ("//", ":") if any(m in key for key in tree)), None)
    if mark is None or any(isinstance(value, dict) for value in tree.values()):
        return tree
    nested: dict[str, Any] = {}
    for path, value in tree.items():
        *above, last = path.rsplit("//", 1) if mark == "//" else path.split(":")
        branch: Any = nested
        for key in above:
            branch = branch.setdefault(key, {})
        if not isinstance(branch, dict) or last in branch:
            return tree  # the names contradict each other
        branch[last] = value
    return nested
