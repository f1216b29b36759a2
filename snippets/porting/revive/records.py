"""What is noted of a file while it is read."""

import ast
from typing import NamedTuple


class Change(NamedTuple):
    """One line of a source file that needs a change, or would be better for one.

    Examples:
      >>> (change,) = find_changes("import jax; jax.tree_map")
      >>> change.line, change.old, change.new, change.fails
      (1, 'jax.tree_map', 'jax.tree.map', True)
    """

    line: int  # counted from 1
    old: str  # the full name or argument, as in `jax.tree_map`
    new: str  # what to write instead; empty if there is nothing
    reason: str
    sign: str  # "!" fails today, "?" may fail, " " works and has a newer form
    last: str = ""  # the last release that had it
    edits: tuple[tuple[int, int, int, int, str], ...] = ()  # that do it: from, to, text
    code: str = ""  # of the rule, as in `JAX102`

    @property
    def fails(self) -> bool:
        """Whether the line fails today."""
        return self.sign == "!"


class Binding(NamedTuple):
    """What a name means from a line on."""

    line: int
    meaning: str | ast.expr | None  # a full name, the value assigned, or not known
    fixed: str  # the full name after all renames of imports
    node: ast.AST | None = None  # that binds it


class Import(NamedTuple):
    """An import statement whose names a table has."""

    node: ast.Import | ast.ImportFrom
    names: dict[ast.alias, str]  # the full name of each
    renames: dict[ast.alias, str]  # the full names of today
    module: str


class Use(NamedTuple):
    """A place that reads a name, alone or as the first of a dotted one."""

    root: str
    full: str  # through the imports; empty if that is not known
    rewritten: bool  # whether an edit replaces the dotted name, its root included
