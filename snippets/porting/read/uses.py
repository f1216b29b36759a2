"""Which names, keywords and base classes of JAX, Haiku, Optax and Chex a file uses."""

import ast
import functools
from typing import NamedTuple

from ..revive.finder import Finder
from ..revive.table import Table

PACKAGES = ("haiku", "jax", "optax", "chex")


class Use(NamedTuple):
    """A use of a name: `kind` is "name", "keyword", "base" or "idiom"."""

    kind: str
    name: str  # `haiku.Linear`, `haiku.Linear(with_bias)`, or the id of an idiom
    line: int


class _Uses(Finder):
    """The walk of `revive`, which knows what names mean, with another harvest."""

    def __init__(self, source: str):
        super().__init__(source, _table())
        self.harvest: list[Use] = []
        self.called: dict[ast.Call, str] = {}  # the full names of functions
        self.visit(self.tree)

    def note(self, kind: str, full: str, node: ast.AST, keyword: str = "") -> None:
        full = public(full)
        if full.partition(".")[0] in PACKAGES and full not in PACKAGES:
            self.harvest.append(Use(kind, full + keyword, node.lineno))

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.note("name", self.full(node), node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if full := self.full(node):
            self.note("name", full, node)
        else:
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        function = self.called[node] = self.full(node.func)
        if function == "functools.partial" and node.args:
            function = self.full(node.args[0])
        for keyword in node.keywords:
            if function and keyword.arg:
                self.note("keyword", function, keyword.value, f"({keyword.arg})")
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for base in node.bases:
            if full := self.full(base):
                self.note("base", full, node)
        super().visit_ClassDef(node)


@functools.cache
def _table() -> Table:
    return Table()


def calls_of(source: str) -> tuple[ast.Module, dict[ast.Call, str]]:
    """The syntax tree of a text, and the full names of what it calls, by calls."""
    walk = _Uses(source)
    return walk.tree, walk.called


def public(full: str) -> str:
    """A name as users write it: `haiku.Linear` for `haiku._src.basic.Linear`."""
    parts = full.split(".")
    if parts[:2] == ["haiku", "_src"]:
        below = "nets." if "nets" in parts else ""
        return f"haiku.{below}{parts[-1]}"
    return full


def uses_of(source: str) -> list[Use]:
    """The uses in a file, in the order of its lines.

    Args:
      source: the text of a Python file.

    Returns:
      Each use with its line.

    Raises:
      ValueError: if the text is not Python 3.

    Examples:
      >>> uses = uses_of("import haiku as hk; hk.Linear(2, with_bias=False)")
      >>> [use.name for use in uses]
      ['haiku.Linear', 'haiku.Linear(with_bias)']
    """
    return sorted(set(_Uses(source).harvest), key=lambda use: (use.line, use.name))
