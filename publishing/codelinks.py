"""Names in a notebook's code that link to documentation: those of libraries, and those of the snippets pasted in it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from publishing.highlighting import Link
from publishing.snippet import Statement, bindings
from publishing.source import Line, text
from publishing.variants import Variant

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_Place = tuple[int, int, int]  # line, first column, column after the last
_Scope = _Definition | ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class CodeLinks:
    """The links in the code of one page: a name links where it first occurs, as more would be noise for eyes and keys.

    Args:
      variant: the tutorial. A name means what its import statements say, wherever in it they stand: the inliner has
        seen to it that no cell gives it another meaning.
      address: the address of the documentation of a full name, or nothing.
      snippets: the folder of snippets.
      reference: the address of the page that documents the snippets, or nothing where there is none.
    """

    def __init__(
        self, variant: Variant, address: Callable[[str], str | None], snippets: Path, reference: str = ""
    ) -> None:
        self._address, self._snippets, self._reference = address, snippets, reference
        self._linked: set[str] = set()
        self._meaning: dict[str, str] = {}
        self._snippet_names: set[str] = set()
        for cell in variant.code:
            for node in ast.parse(text(cell.lines)).body:
                if isinstance(node, Statement):
                    for name, imported in bindings(node):
                        self._meaning[name] = ".".join(filter(None, (imported.module, imported.name)))
                elif pasted := self._pasted(node, cell.lines):
                    self._meaning[node.name] = pasted
                    self._snippet_names.add(pasted)

    def find(self, lines: tuple[Line, ...], *, folded: bool = False) -> list[Link]:
        """The links of the next piece of code on the page, in order.

        Args:
          lines: the code.
          folded: whether readers may not see it, so that a name still links where it next occurs.
        """
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line.text) + 1)
        found: dict[str, Link] = {}
        for name, place in sorted(self._names(ast.parse(text(lines)), lines), key=lambda pair: pair[1]):
            row, column, end = place
            if (url := self._url(name)) and url not in found and url not in self._linked:
                found[url] = Link(starts[row] + column, starts[row] + end, url)
        if not folded:
            self._linked.update(found)
        return list(found.values())

    def _pasted(self, node: ast.stmt, lines: tuple[Line, ...]) -> str | None:
        """The full name of a function or class whose text comes from a snippet."""
        path = lines[node.lineno - 1].path
        if isinstance(node, _Definition) and not node.name.startswith("_") and path.is_relative_to(self._snippets):
            module = path.relative_to(self._snippets).with_suffix("").parts
            return ".".join((self._snippets.name, *module, node.name))
        return None

    def _url(self, name: str) -> str | None:
        if name in self._snippet_names:
            return f"{self._reference}#{name}" if self._reference else None
        return self._address(name)

    def _names(self, tree: ast.Module, lines: tuple[Line, ...]) -> Iterator[tuple[str, _Place]]:
        """Full names and where they stand."""
        own = set()
        for node in tree.body:
            if pasted := self._pasted(node, lines):
                row = node.lineno - 1
                column = lines[row].text.index(f" {node.name}") + 1
                yield pasted, (row, column, column + len(node.name))
            elif isinstance(node, _Definition):
                own.add(node.name)  # what a learner is to write is no snippet, even if its solution is
        yield from self._uses(tree, frozenset(own), lines)

    def _uses(self, node: ast.AST, hidden: frozenset[str], lines: tuple[Line, ...]) -> Iterator[tuple[str, _Place]]:
        if isinstance(node, _Scope):
            hidden |= _bound_in(node)
        if (dotted := _dotted(node)) is None:
            for child in ast.iter_child_nodes(node):
                yield from self._uses(child, hidden, lines)
            return
        row = node.lineno - 1
        column = len(lines[row].text.encode()[: node.col_offset].decode())  # the tree counts columns in bytes
        hides = dotted.partition(".")[0] in hidden or not lines[row].text.startswith(dotted, column)
        if not hides and (reading := self._reading(dotted)):
            yield reading[0], (row, column, column + reading[1])

    def _reading(self, dotted: str) -> tuple[str, int] | None:
        """The longest part of a dotted name that has an address: its full name, and its length in the code."""
        first, *rest = dotted.split(".")
        if meaning := self._meaning.get(first):
            for count in range(len(rest), -1, -1):
                name = ".".join((meaning, *rest[:count]))
                if self._url(name):
                    return name, len(".".join((first, *rest[:count])))
        return None


def _dotted(node: ast.AST) -> str | None:
    """`a.b.c` as text, where a name is read."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id
    if isinstance(node, ast.Attribute) and (before := _dotted(node.value)):
        return f"{before}.{node.attr}"
    return None


def _bound_in(scope: _Scope) -> frozenset[str]:
    """The names that anything within a scope binds, those of scopes in it too: better no link than a wrong one."""
    names: set[str | None] = set()
    for node in ast.walk(scope):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                names.add(name)
            case ast.alias(name=name, asname=new):
                names.add(new or name.partition(".")[0])
            case ast.ExceptHandler(name=name) | ast.MatchAs(name=name) | ast.MatchStar(name=name):
                names.add(name)
            case ast.MatchMapping(rest=name):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names |= {name} if node is not scope else set()
    return frozenset(filter(None, names))
