"""A module of the snippets package read as text: its definitions, what each uses, what keeps it from being pasted."""

import ast
import copy
import dis
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import CodeType
from typing import NamedTuple

from publishing.read.diagnostic import (
    Diagnostic,
    Line,
    SourceError,
    join,
    read_source,
    syntax_error,
)

Statement = ast.Import | ast.ImportFrom
_BLOCKS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_DEFINITIONS = (*_BLOCKS, ast.Assign, ast.AnnAssign)
_TARGETS = (ast.Name, ast.Tuple, ast.List, ast.Starred)


class Imported(NamedTuple):
    """What an import statement binds: `import numpy as np` is ("numpy", None), `from a import b` is ("a", "b")."""

    module: str
    name: str | None

    def statement(self, bound: str) -> str:
        """The import statement that binds `bound` to this."""
        source = self.name or self.module
        statement = f"import {source}" if bound == source else f"import {source} as {bound}"
        return f"from {self.module} {statement}" if self.name else statement


class Piece(NamedTuple):
    """A top-level definition of a snippet module: its names, its lines and the global names that it uses."""

    names: tuple[str, ...]
    lines: tuple[Line, ...]
    uses: frozenset[str]
    block: bool


@dataclass(frozen=True)
class Module:
    """A module of the snippets package as text; `read_module` makes it."""

    path: Path
    lines: tuple[Line, ...]
    tree: ast.Module

    @cached_property
    def imports(self) -> dict[str, Imported]:
        """The names that the imports of the module bind."""
        return dict(
            pair
            for node in self.tree.body
            if isinstance(node, Statement)
            for pair in bindings(node)
        )

    @cached_property
    def pieces(self) -> dict[str, Piece]:
        """The definitions by each name that they bind; comments right above one belong to it."""
        pieces = {}
        for node in self.tree.body:
            if isinstance(node, _DEFINITIONS):
                first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
                while first > 1 and self.lines[first - 2].text.startswith("#"):
                    first -= 1
                lines = self.lines[first - 1 : node.end_lineno]
                uses = frozenset(name.name for name in names(node) if not name.binds)
                piece = Piece(tuple(meanings(node)), lines, uses, isinstance(node, _BLOCKS))
                pieces |= dict.fromkeys(piece.names, piece)
        return pieces

    def function(self, name: str) -> tuple[str, str] | None:
        """The signature of a function without annotations or computed defaults, and its docstring with its quotes."""
        node = next(
            (n for n in self.tree.body if isinstance(n, ast.FunctionDef) and n.name == name), None
        )
        if node is None:
            return None
        docstring = (
            ast.get_source_segment(join(self.lines), node.body[0])
            if ast.get_docstring(node)
            else ""
        )
        bare = copy.deepcopy(node.args)
        for defaults in (bare.defaults, bare.kw_defaults):
            for index, default in enumerate(defaults):
                if default and any(isinstance(part, ast.Name) for part in ast.walk(default)):
                    defaults[index] = ast.Constant(...)
        for argument in ast.walk(bare):
            if isinstance(argument, ast.arg):
                argument.annotation = None
        return f"def {name}({ast.unparse(bare)}):", docstring or ""


def read_module(path: Path, package: str, forbidden: tuple[str, ...] = ()) -> Module:
    """A module of the snippets package; raises a SourceError if a notebook cannot hold or import what it has."""
    return _module(path, read_source(path), package, forbidden)


@lru_cache(
    maxsize=256
)  # every tutorial asks for the same few, and `mkdocs serve` for all of them after each save
def _module(path: Path, source: str, package: str, forbidden: tuple[str, ...]) -> Module:
    lines = tuple(Line(text, path, number) for number, text in enumerate(source.splitlines(), 1))
    module = Module(path, lines, parse(lines))
    if diagnostics := [*import_diagnostics(lines, package, forbidden), *_diagnostics(module)]:
        raise SourceError(*sorted(diagnostics, key=lambda diagnostic: diagnostic.number))
    return module


def _diagnostics(module: Module) -> Iterator[Diagnostic]:
    """What keeps a module from being pasted, its imports of snippets apart."""
    bound: dict[str, int] = {}
    last = 0
    for node in module.tree.body:
        place = module.lines[node.lineno - 1]
        docstring = (
            last == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        )
        if isinstance(node, ast.Import) and any(
            "." in alias.name and not alias.asname for alias in node.names
        ):
            yield place.diagnostic("give a dotted import a short name: `import a.b as b`.")
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            yield place.diagnostic("an import from __future__ cannot be pasted; leave it out.")
        targets = [
            part for part in ast.walk(node) if isinstance(getattr(part, "ctx", None), ast.Store)
        ]
        in_place = not isinstance(node, _BLOCKS) and not all(
            isinstance(target, _TARGETS) for target in targets
        )
        if in_place or not (
            docstring or _is_command(node) or isinstance(node, (Statement, *_DEFINITIONS))
        ):
            yield place.diagnostic(
                "a snippet holds imports, definitions and constants; move this into a function."
            )
        if node.lineno <= last:
            yield place.diagnostic("two statements share a line; give each its own.")
        last = node.end_lineno or node.lineno
        for name in meanings(node):
            if bound.setdefault(name, node.lineno) != node.lineno:
                yield place.diagnostic(
                    f"`{name}` is already bound at line {bound[name]}; give it another name."
                )


def _is_command(node: ast.stmt) -> bool:
    """Whether a statement runs only where the module is a program; notebooks leave it out."""
    return isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"


@lru_cache(
    maxsize=256
)  # most cells are the same in both variants; and so are the nodes, for `names` to remember
def parse(lines: tuple[Line, ...]) -> ast.Module:
    """The syntax tree of lines; a syntax error is reported at the author's line."""
    if error := syntax_error(join(lines)):
        raise SourceError(
            lines[min(error.lineno or 1, len(lines)) - 1].diagnostic(f"SyntaxError: {error.msg}.")
        )
    return ast.parse(join(lines))


def bindings(node: Statement) -> Iterator[tuple[str, Imported]]:
    """The names that an import statement binds."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, Imported(node.module or "", alias.name)
        else:
            module = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or module, Imported(module, None)


def meanings(node: ast.stmt) -> dict[str, Imported | None]:
    """What the global names that a statement binds mean: what it imports, or None for a definition of its own."""
    if isinstance(node, Statement):
        return dict(bindings(node))
    return dict.fromkeys(sorted({name.name for name in names(node) if name.binds}))


def import_diagnostics(
    lines: tuple[Line, ...], package: str, forbidden: tuple[str, ...]
) -> Iterator[Diagnostic]:
    """What keeps the imports in a module or cell from being inlined."""
    tree = parse(lines)
    for node in (node for node in ast.walk(tree) if isinstance(node, Statement)):
        place = lines[node.lineno - 1]
        taken = isinstance(node, ast.ImportFrom)
        modules = [node.module or ""] if taken else [alias.name for alias in node.names]
        if taken and node.level:
            yield place.diagnostic("a relative import cannot be pasted; name the module in full.")
        if named := [module for module in modules if module.partition(".")[0] in forbidden]:
            yield place.diagnostic(
                f"{named[0]} cannot be imported here; a notebook must run without this repository."
            )
        if not any(module.partition(".")[0] == package for module in modules):
            continue
        form = f"name what you need: `from {package}.module import name`"
        beside = (other for other in tree.body if other is not node)
        if not taken or node.module == package:
            yield place.diagnostic(f"{form}; modules cannot be pasted.")
        elif any(alias.name == "*" for alias in node.names):
            yield place.diagnostic(f"{form}; `*` hides what is pasted.")
        elif any(alias.asname for alias in node.names):
            yield place.diagnostic("a snippet keeps its name: drop the `as`.")
        elif node not in tree.body:
            yield place.diagnostic(
                "import it at the top level of a cell, not inside a function or block."
            )
        elif any(
            other.lineno <= node.end_lineno and node.lineno <= other.end_lineno for other in beside
        ):
            yield place.diagnostic("a snippet import stands on a line of its own.")


class Name(NamedTuple):
    """A global name that code binds or uses; `later` where that happens within a function or class."""

    name: str
    line: int
    binds: bool
    later: bool


@lru_cache(maxsize=2048)  # about as many as there are in the cells of a tutorial
def names(node: ast.stmt) -> tuple[Name, ...]:
    """The global names that a statement binds and uses, in the order in which Python does.

    What a check asks for by its name, as in `predicted(globals(), "shapes", ...)`, it uses.
    """
    code = compile(
        ast.Module([node], type_ignores=[]), "<names>", "exec", dont_inherit=True, optimize=0
    )
    asked = (Name(text, line, binds=False, later=False) for text, line in _asked_for(node))
    return (*asked, *_names(code, later=False))


def names_in(lines: tuple[Line, ...]) -> list[Name]:
    """The names of all statements of a cell."""
    return [name for node in parse(lines).body for name in names(node)]


def _asked_for(node: ast.stmt) -> Iterator[tuple[str, int]]:
    for call in (part for part in ast.walk(node) if isinstance(part, ast.Call)):
        match call.args:
            case [ast.Call(func=ast.Name("globals")), ast.Constant(str(text)), *_]:
                yield text, call.lineno


def _names(code: CodeType, *, later: bool) -> Iterator[Name]:
    own = set()  # what the body of a class has bound
    for instruction in dis.get_instructions(code):
        action, _, kind = instruction.opname.partition("_")
        name = instruction.argval
        if isinstance(name, CodeType):
            yield from _names(name, later=True)
        elif kind in ("NAME", "GLOBAL", "FROM_DICT_OR_GLOBALS") and action in (
            "LOAD",
            "STORE",
            "DELETE",
        ):
            if later and kind == "NAME" and action != "LOAD":
                own.add(name)
            elif name not in own and not name.startswith("__"):
                yield Name(name, instruction.positions.lineno, action != "LOAD", later)
