"""What each part of a file binds, and which parts are for other versions."""

import ast
import re
import sys
import warnings  # noqa: TID251 - of those that reading old files gives
from collections.abc import Iterator


def parsed(source: str) -> ast.Module:
    """The syntax tree of a text; a ValueError if it is not Python 3."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of invalid escapes, which old files have
            return ast.parse(source.removeprefix("\ufeff"))  # as some editors write it
    except SyntaxError as error:
        version = ".".join(map(str, sys.version_info[:2]))
        where = f"line {error.lineno}" if error.lineno else "this file"
        message = f"{where} is not Python 3: {error.msg}, says Python {version}."
        raise ValueError(message) from None
    except (ValueError, RecursionError, MemoryError) as error:  # null bytes, deep nests
        raise ValueError(f"cannot be parsed: {error}.") from None


_SCOPES = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


def parts_within(scope: ast.AST) -> Iterator[ast.AST]:
    """The parts of a scope, without those of the scopes in it."""
    for part in ast.iter_child_nodes(scope):
        yield part
        if not isinstance(part, _SCOPES):
            yield from parts_within(part)


def names_bound(node: ast.AST) -> Iterator[tuple[str, str | ast.expr | None]]:
    """The names that a node binds, and what they mean."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from names_imported(node)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name, None
    elif isinstance(node, ast.arg):
        yield node.arg, None
    elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and node.value:
        yield from _assigned(node)
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension, ast.withitem)):
        target = getattr(node, "target", None) or getattr(node, "optional_vars", None)
        for name in ast.walk(target) if target else ():
            if isinstance(name, ast.Name):
                yield name.id, None


def names_imported(
    node: ast.Import | ast.ImportFrom,
) -> Iterator[tuple[str, str | None]]:
    """The names that an import binds, with their full names."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            full = None if node.level else f"{node.module}.{alias.name}"
            yield alias.asname or alias.name, full
        else:
            root = alias.name.partition(".")[0]
            yield alias.asname or root, alias.name if alias.asname else root


def _assigned(
    node: ast.Assign | ast.AnnAssign | ast.NamedExpr,
) -> Iterator[tuple[str, ast.expr | None]]:
    """The names that an assignment binds, with the value of a target that is a name."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if isinstance(node.value, ast.Constant) and node.value.value is None:
        return
    for target in targets:
        for name in ast.walk(target):
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                yield name.id, node.value if name is target else None


_REFUSALS = {"ImportError", "ModuleNotFoundError", "AttributeError"}


def guarded_nodes(tree: ast.Module) -> set[int]:
    """The ids of nodes in branches that are meant for other versions."""
    nodes = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            words = {word for one in node.handlers for word in _words(one.type)}
            every = not words or words & {"Exception", "BaseException"}
            if words & _REFUSALS or (every and node.handlers and len(node.body) == 1):
                nodes += [*node.body, *node.handlers]
        elif isinstance(node, (ast.If, ast.IfExp)):
            words = _words(node.test)
            if any("hasattr" in word or "version" in word.lower() for word in words):
                both = (node.body, node.orelse)
                nodes += [part for one in both for part in _listed(one)]
            elif "TYPE_CHECKING" in words:
                nodes += _listed(node.body)
    return {id(part) for node in nodes for part in ast.walk(node)}


def _listed(parts: ast.AST | list) -> list:
    return parts if isinstance(parts, list) else [parts]


def _words(node: ast.expr | None) -> set[str]:
    """The names and attributes in an expression."""
    parts = list(ast.walk(node)) if node else []
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    return names | {part.attr for part in parts if isinstance(part, ast.Attribute)}


def lines_of(source: str) -> list[str]:
    """The lines as the syntax tree counts them, each with its end."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", source)
