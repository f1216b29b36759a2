"""The source of code that ran: its tree, its text, and edits of it by place."""

import ast
import inspect
import linecache
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

import haiku as hk

from .frames import Place

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Text:
    """The text of one function in its file, which takes edits by place."""

    def __init__(self, code: CodeType):
        self.code = code
        self.file = code.co_filename
        self.lines = [line.encode() for line in lines_of(self.file)]
        self.tree = function_tree(code)
        self.edits: dict[tuple[int, int, int, int], str] = {}

    def replace(self, node: Any, text: str) -> None:
        """Put a text in the place of a part; an edit within another one is lost."""
        self.edits[_span(node)] = text

    def insert_after(self, line: int, column: int, text: str) -> None:
        """Put a text at a place."""
        self.edits[line, column, line, column] = text

    def is_replaced(self, node: Any) -> bool:
        """Whether an edit has taken the place of a part."""
        return any(_within(_span(node), span) for span in self.edits)

    def of(self, node: Any) -> str:
        """The text of a part, with the edits within it."""
        line, column, end_line, end_column = _span(node)
        inner = [
            (span, text)
            for span, text in self.edits.items()
            if _within(span, _span(node))
        ]
        out, at = [], (line, column)
        for span, text in sorted(inner, key=_outer_first):
            if span[:2] < at:
                continue  # within one that was replaced
            out += [self._raw(at, span[:2]), text]
            at = span[2:]
        return "".join([*out, self._raw(at, (end_line, end_column))])

    def _raw(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        if start[0] == end[0]:
            return self.lines[start[0] - 1][start[1] : end[1]].decode()
        middle = self.lines[start[0] : end[0] - 1]
        first, last = (
            self.lines[start[0] - 1][start[1] :],
            self.lines[end[0] - 1][: end[1]],
        )
        return b"".join([first, *middle, last]).decode()


def _span(node: Any) -> tuple[int, int, int, int]:
    if isinstance(node, tuple):
        return node
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def _outer_first(edit: tuple[tuple[int, int, int, int], str]) -> tuple:
    (line, column, end_line, end_column), _ = edit
    return line, column, -end_line, -end_column


def _within(inner: tuple, outer: tuple) -> bool:
    return outer[:2] <= inner[:2] and inner[2:] <= outer[2:]


def lines_of(file: str) -> list[str]:
    """The lines of a file, or of a cell of a notebook."""
    return linecache.getlines(file)


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse("".join(lines_of(file)))


@cache
def function_tree(code: CodeType) -> Function:
    """The tree of a function; raises a ValueError if its source is not there."""
    found = [node for node in ast.walk(_tree(code.co_filename)) if _is_of(node, code)]
    if not found:
        raise ValueError(f"{code.co_filename} has no source for {code.co_qualname}.")
    if len(found) > 1:  # lambdas of one line
        places = [p for p in code.co_positions() if None not in p and p[2] != p[3]]
        first = min((p[0], p[2]) for p in places[1:])
        found = [n for n in found if _span(n)[:2] <= first <= _span(n)[2:]]
    return found[-1]


def _is_of(node: ast.AST, code: CodeType) -> bool:
    if isinstance(node, ast.Lambda):
        return code.co_name == "<lambda>" and node.lineno == code.co_firstlineno
    if not isinstance(node, ast.FunctionDef) or node.name != code.co_name:
        return False
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return first == code.co_firstlineno


def expression_at(tree: ast.AST, place: Place) -> ast.expr | None:
    """The expression that a place is about."""
    wanted = (place.line, place.column, place.end_line, place.end_column)
    found = [
        n for n in ast.walk(tree) if isinstance(n, ast.expr) and _span(n) == wanted
    ]
    return found[0] if found else None


def lambda_text(function: FunctionType, values: Any) -> str | None:
    """A lambda as code, if what it has from outside can be written."""
    if function.__name__ != "<lambda>":
        return None
    text = Text(function.__code__)
    outside = inspect.getclosurevars(function).nonlocals
    for node in ast.walk(text.tree.body):
        if (
            isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load)
            and node.id in outside
        ):
            text.replace(node, values.code(outside[node.id]))
    bind_globals(text, function.__globals__, values)
    return f"({' '.join(text.of(text.tree).split())})"


def bind_globals(text: Text, known: Mapping[str, Any], values: Any) -> None:
    """Import what a function's code has from its module, and rename what clashes."""
    local = local_names(text.tree)
    for node in loads(text.tree):
        if node.id in local or node.id not in known or text.is_replaced(node):
            continue
        value = known[node.id]
        if _is_haiku(node.id, value, text):
            value = hk
        if isinstance(value, ModuleType):
            name = values.names.alias(value, node.id)
        elif (own := values.known(value)) is not None:
            name = own
        else:
            name = values.names.reference(value, node.id, known["__name__"])
        if name != node.id:
            text.replace(node, name)


def _is_haiku(name: str, value: Any, text: Text) -> bool:
    """Whether a class of Haiku's files stands for Haiku, as `class hk` does there."""
    if not isinstance(value, type) or name != "hk":
        return False
    used = {
        node.attr
        for node in ast.walk(text.tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
    }
    return all(hasattr(hk, attribute) for attribute in used)


def loads(tree: ast.AST) -> Iterator[ast.Name]:
    """The names that are read, annotations left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node


def local_names(tree: Function) -> set[str]:
    """The names that a function or one within it gives to something."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node is not tree:
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
    return names


def indented(text: str, spaces: int) -> str:
    """A text with another indentation."""
    return textwrap.indent(textwrap.dedent(text), " " * spaces)


def strip_annotations(text: Text) -> None:
    """Leave out the annotations, whose names the port need not have."""
    tree = text.tree
    if isinstance(tree, ast.Lambda):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.annotation:
            end = node.annotation
            start = node.col_offset + len(node.arg.encode())
            text.replace((node.lineno, start, end.end_lineno, end.end_col_offset), "")
        if isinstance(node, ast.FunctionDef) and node.returns:
            _strip_returns(text, node.returns)


def _strip_returns(text: Text, returns: ast.expr) -> None:
    line, column = returns.lineno, returns.col_offset
    before = text.lines[line - 1][:column]
    if b"->" in before:
        start = len(before[: before.rindex(b"->")].rstrip())
        text.replace((line, start, returns.end_lineno, returns.end_col_offset), "")
