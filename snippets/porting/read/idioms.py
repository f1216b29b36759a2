"""Idioms of Haiku code, which no list of names mentions, with their sections."""

import ast
from collections.abc import Callable, Iterator

from .uses import Use

_HOOKS = ("custom_creator", "custom_getter", "custom_setter")
_TRANSFORMED = ("transform", "transform_with_state")
PAGE = "porting/real_code"  # which explains them all
# By id: what it is in words, and the anchor.
IDIOMS = {
    "dataclass": ("a module that is a dataclass", "a-module-that-is-a-dataclass"),
    "layer subclass": (
        "a class that inherits from one of Haiku's layers",
        "a-class-that-inherits-from-a-layer",
    ),
    "transparent": ("a method that Haiku does not name", "where-a-parameter-is-filed"),
    "helper": (
        "a plain function that asks for parameters",
        "where-a-parameter-is-filed",
    ),
    "hooks": (
        "creators or getters around a network",
        "creators-and-getters-around-a-network",
    ),
    "axis": ("an axis of replicas with a name", "a-training-step-for-many-devices"),
    "experiment": (
        "a method that is transformed, as experiments for jaxline have it",
        "a-training-step-for-many-devices",
    ),
}


def idioms_of(tree: ast.Module, uses: list[Use]) -> list[Use]:
    """The idioms of a file, by its syntax tree and the names that it uses.

    Args:
      tree: the syntax tree.
      uses: what `uses_of` found in it.

    Returns:
      A use of kind "idiom" for each place.
    """
    found = [
        Use("idiom", name, line) for name, find in _FINDERS for line in find(tree, uses)
    ]
    return sorted(set(found), key=lambda use: use.line)


def _dataclasses(tree: ast.Module, uses: list[Use]) -> Iterator[int]:
    modules = {use.line for use in uses if use.kind == "base"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.lineno in modules:
            decorators = [ast.unparse(one) for one in node.decorator_list]
            yield from [node.lineno] * any("dataclass" in one for one in decorators)


def _layers(tree: ast.Module, uses: list[Use]) -> Iterator[int]:
    plain = ("haiku.Module", "haiku.RNNCore")
    bases = (use for use in uses if use.kind == "base" and use.name not in plain)
    yield from (use.line for use in bases if use.name.startswith("haiku."))


def _of_names(*names: str) -> Callable[[ast.Module, list[Use]], Iterator[int]]:
    """Finds the uses of names, or of keywords of any function."""

    def find(tree: ast.Module, uses: list[Use]) -> Iterator[int]:
        for use in uses:
            last = use.name.rpartition("(")[2].rstrip(")").rpartition(".")[2]
            if last in names:
                yield use.line

    return find


def _helpers(tree: ast.Module, uses: list[Use]) -> Iterator[int]:
    lines = {use.line for use in uses if use.name == "haiku.get_parameter"}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield from (
                line for line in lines if node.lineno <= line <= node.end_lineno
            )


def _methods(tree: ast.Module, uses: list[Use]) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in _TRANSFORMED and ast.unparse(node.args[0]).startswith("self."):
                yield node.lineno


_FINDERS = (
    ("dataclass", _dataclasses),
    ("layer subclass", _layers),
    ("transparent", _of_names("transparent")),
    ("helper", _helpers),
    ("hooks", _of_names(*_HOOKS)),
    ("axis", _of_names("cross_replica_axis", "axis_name", "psum", "pmean", "pmap")),
    ("experiment", _methods),
)
