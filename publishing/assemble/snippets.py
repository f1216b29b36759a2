"""A module of the snippets package read as text: its definitions, what each uses, what keeps it from being pasted."""

from __future__ import annotations

import ast
import copy
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

from publishing.read.problem import Line, Problem, SourceError, read_source, syntax_error

Statement = ast.Import | ast.ImportFrom


@dataclass(frozen=True)
class Imported:
    """What an import statement binds: `import numpy as np` is ("numpy", None), `from a import b` is ("a", "b")."""

    module: str
    name: str | None

    def statement(self, bound: str) -> str:
        """The import statement that binds `bound` to this."""
        source = self.name or self.module
        renamed = "" if bound == source else f" as {bound}"
        return f"from {self.module} import {source}{renamed}" if self.name else f"import {source}{renamed}"


@dataclass(frozen=True)
class Piece:
    """A top-level definition of a snippet module: its names, its lines and the global names that it uses."""

    names: tuple[str, ...]
    lines: tuple[Line, ...]
    uses: frozenset[str]
    block: bool = False


@lru_cache(maxsize=256)  # every tutorial asks for the same few, and `mkdocs serve` for all of them after each save
def _module(path: Path, source: str, package: str, forbidden: tuple[str, ...]) -> Module:
    return Module(path, source, package, forbidden)


def read_module(path: Path, package: str, forbidden: tuple[str, ...] = ()) -> Module:
    """A module of the snippets package.

    Args:
      path: its file.
      package: the name of the snippets package.
      forbidden: packages of the repository that no notebook can import.

    Raises:
      SourceError: if it cannot be read, or holds anything that cannot be pasted into a notebook.
    """
    return _module(path, read_source(path), package, forbidden)


class Module:
    """A module of the snippets package as text; `read_module` makes it."""

    def __init__(self, path: Path, source: str, package: str, forbidden: tuple[str, ...]) -> None:
        self.path, self.source, self.package, self.forbidden = path, source, package, forbidden
        self.tree = parse(source, path)
        if problems := list(self._problems()):
            raise SourceError(*problems)

    @cached_property
    def imports(self) -> dict[str, Imported]:
        """The names that the imports of the module bind."""
        return dict(pair for node in self.tree.body if isinstance(node, Statement) for pair in bindings(node))

    @cached_property
    def pieces(self) -> dict[str, Piece]:
        """The definitions by each name that they bind; comments right above one belong to it."""
        rows = self.source.splitlines()
        pieces = {}
        for node in self.tree.body:
            if isinstance(node, (*_DEFINITIONS, ast.Assign, ast.AnnAssign)):
                first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
                while first > 1 and rows[first - 2].startswith("#"):
                    first -= 1
                lines = tuple(Line(rows[n - 1], self.path, n) for n in range(first, node.end_lineno + 1))
                table = scopes(node)
                piece = Piece(
                    tuple(sorted(bound_names(table))),
                    lines,
                    frozenset(used_names(table)),
                    isinstance(node, _DEFINITIONS),
                )
                pieces |= dict.fromkeys(piece.names, piece)
        return pieces

    def function(self, name: str) -> tuple[str, str] | None:
        """The signature of a function as `def f(x):`, and its docstring as it is written, with its quotes.

        Annotations are left out and computed defaults become `...`, since the notebook need not know their names.
        """
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == name:
                docstring = ""
                if ast.get_docstring(node) is not None:
                    docstring = ast.get_source_segment(self.source, node.body[0]) or ""
                bare = copy.deepcopy(node.args)
                bare.defaults, bare.kw_defaults = map(_without_names, (bare.defaults, bare.kw_defaults))
                for argument in [*bare.posonlyargs, *bare.args, *bare.kwonlyargs, bare.vararg, bare.kwarg]:
                    if argument:
                        argument.annotation = None
                return f"def {name}({ast.unparse(bare)}):", docstring
        return None

    def _problems(self) -> Iterator[Problem]:
        bound: dict[str, int] = {}
        last = 0
        for index, node in enumerate(self.tree.body):
            place = (self.path, node.lineno)
            for inner in ast.walk(node):
                if isinstance(inner, Statement):
                    yield from import_problems(self.path, inner, self.tree, self.package, self.forbidden)
            if isinstance(node, Statement):
                if isinstance(node, ast.Import) and any("." in a.name and not a.asname for a in node.names):
                    yield Problem(*place, "give a dotted import a short name: `import a.b as b`.")
            elif index == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                pass
            elif not isinstance(node, (*_DEFINITIONS, ast.Assign, ast.AnnAssign)) or _changes_in_place(node):
                yield Problem(*place, "a snippet holds imports, definitions and constants; move this into a function.")
            if node.lineno <= last:
                yield Problem(*place, "two statements share a line; give each its own.")
            last = node.end_lineno or node.lineno
            names = bound_names(scopes(node))
            for name in names & bound.keys():
                yield Problem(*place, f"`{name}` is already bound at line {bound[name]}; give it another name.")
            bound |= dict.fromkeys(names, node.lineno)


def _without_names(defaults: list[ast.expr | None]) -> list[ast.expr | None]:
    computed = (node and any(isinstance(part, ast.Name) for part in ast.walk(node)) for node in defaults)
    return [ast.Constant(...) if so else node for so, node in zip(computed, defaults, strict=True)]


def _changes_in_place(node: ast.stmt) -> bool:
    """Whether a constant is an assignment to a part of something else, as in `X["a"] = 1`."""
    parts = (part for part in ast.walk(node) if isinstance(part, ast.Attribute | ast.Subscript))
    return not isinstance(node, _DEFINITIONS) and any(isinstance(part.ctx, ast.Store) for part in parts)


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def parse(source: str, path: Path, lines: tuple[Line, ...] | None = None) -> ast.Module:
    """The syntax tree; a syntax error is reported at the author's line."""
    if error := syntax_error(source):
        number = error.lineno or 1
        number = lines[min(number, len(lines)) - 1].number if lines else number
        raise SourceError(Problem(path, number, f"SyntaxError: {error.msg}."))
    return ast.parse(source)


def bindings(node: Statement) -> Iterator[tuple[str, Imported]]:
    """The names that an import statement binds."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, Imported(node.module or "", alias.name)
        elif alias.asname:
            yield alias.asname, Imported(alias.name, None)
        else:
            top = alias.name.partition(".")[0]
            yield top, Imported(top, None)


def import_problems(
    path: Path,
    node: Statement,
    tree: ast.Module,
    package: str,
    forbidden: tuple[str, ...],
    lines: tuple[Line, ...] | None = None,
) -> Iterator[Problem]:
    """What keeps an import from being inlined.

    Args:
      path: the file that holds it.
      node: the import.
      tree: the module or cell that it stands in.
      package: the name of the snippets package.
      forbidden: packages of the repository that no notebook can import.
      lines: of a cell, where its lines were written.
    """
    number = lines[node.lineno - 1].number if lines else node.lineno
    modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and (node.level or node.module == "__future__"):
        yield Problem(path, number, "relative and __future__ imports cannot be pasted; name the module in full.")
    if named := [module for module in modules if module.partition(".")[0] in forbidden]:
        yield Problem(path, number, f"{named[0]} cannot be imported here; a notebook must run without this repository.")
    if not any(module.partition(".")[0] == package for module in modules):
        return
    if not isinstance(node, ast.ImportFrom) or node.module == package:
        yield Problem(path, number, f"name what you need: `from {package}.module import name`; modules cannot be pasted.")
    elif any(alias.name == "*" for alias in node.names):
        yield Problem(path, number, f"name what you need: `from {package}.module import name`; `*` hides what is pasted.")
    elif any(alias.asname for alias in node.names):
        yield Problem(path, number, "a snippet keeps its name: drop the `as`.")
    elif node not in tree.body:
        yield Problem(path, number, "import snippets at the top level of a cell, not inside a function or block.")
    elif any(
        other is not node and other.lineno <= (node.end_lineno or 0) and node.lineno <= (other.end_lineno or 0)
        for other in tree.body
    ):
        yield Problem(path, number, "a snippet import stands on a line of its own.")


class _Comprehensions(ast.NodeTransformer):
    """Makes comprehensions generators, whose variables Python keeps out of the scope around them in its tables too."""

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp) -> ast.AST:
        return self.generic_visit(ast.GeneratorExp(node.elt, node.generators))

    visit_SetComp = visit_ListComp

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        return self.generic_visit(ast.GeneratorExp(ast.Tuple([node.key, node.value], ast.Load()), node.generators))


def scopes(node: ast.stmt) -> symtable.SymbolTable:
    """The table of names of a top-level statement."""
    return _scopes(ast.unparse(node))


@cache  # a statement is met in each variant of its tutorial, and a snippet in each of its tutorials
def _scopes(source: str) -> symtable.SymbolTable:
    plain = _Comprehensions().visit(ast.parse(source))
    return symtable.symtable(ast.unparse(ast.fix_missing_locations(plain)), "<statement>", "exec")


def bound_names(table: symtable.SymbolTable) -> set[str]:
    """The global names that a piece of code binds; what a function declares global counts as bound."""
    top = table.get_type() == symtable.SymbolTableType.MODULE
    names = {
        s.get_name()
        for s in table.get_symbols()
        if s.is_declared_global() or (top and (s.is_assigned() or s.is_imported()))
    }
    return names.union(*map(bound_names, table.get_children()))


def used_names(table: symtable.SymbolTable) -> set[str]:
    """The global names that a piece of code reads, in its body, decorators, bases, defaults and annotations."""
    top = table.get_type() == symtable.SymbolTableType.MODULE
    names = {s.get_name() for s in table.get_symbols() if s.is_referenced() and (top or s.is_global())}
    return names.union(*map(used_names, table.get_children()))
