"""Keys that are used twice, so that two draws give the same numbers."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from .uses import calls_of

# Functions of `jax.random` that may get a key that is used elsewhere, too.
_FREE = {"fold_in", "key_data", "wrap_key_data", "clone", "PRNGKey", "key", "key_impl"}
Called = dict[ast.Call, str]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Twice(NamedTuple):
    """A key that is used a second time."""

    line: int
    key: str
    first: int  # the line of the first use; the same one in a loop


def keys_used_twice(source: str) -> list[Twice]:
    r"""The places where a key is used again before its name has another value.

    A use is a call of a function of `jax.random` with the name as first argument; that
    of `split` is one, too. Of branches that exclude each other each may use it.

    Args:
      source: the text of a Python file.

    Returns:
      Each second use, with the line of the first.

    Raises:
      ValueError: if the text is not Python 3.

    Examples:
      >>> source = "import jax; k = jax.random.key(0)\\n"
      >>> source += "jax.random.normal(k); jax.random.split(k)"
      >>> keys_used_twice(source)
      [Twice(line=2, key='k', first=2)]
    """
    tree, called = calls_of(source)
    found: list[Twice] = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)):
            _block(called, node.body, {}, found)
    return sorted(set(found))


def _block(
    called: Called, body: list, used: dict[str, int], found: list[Twice]
) -> bool:
    """Follow statements; whether they end the function. `used` has the first uses."""
    for node in body:
        if isinstance(node, ast.If):
            _expression(called, node.test, used, found)
            branches = [dict(used), dict(used)]
            ends = [
                _block(called, part, branch, found)
                for part, branch in zip((node.body, node.orelse), branches, strict=True)
            ]
            left = [one for one, ended in zip(branches, ends, strict=True) if not ended]
            used.clear()
            for one in left:
                used.update(one)
            if not left:
                return True
        elif isinstance(node, (ast.For, ast.While)):
            _loop(called, node, used, found)
        elif isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            used.pop(getattr(node, "name", ""), None)
        elif isinstance(node, (ast.With, ast.Try)):
            for part in (node.body, getattr(node, "finalbody", [])):
                _block(called, part, used, found)
        else:
            _expression(called, node, used, found)
            for name in _bound(node):
                used.pop(name, None)
            if isinstance(node, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
                return True
    return False


def _loop(
    called: Called, node: ast.For | ast.While, used: dict, found: list[Twice]
) -> None:
    _expression(
        called, node.iter if isinstance(node, ast.For) else node.test, used, found
    )
    new = {name for part in ast.walk(node) for name in _bound(part)}
    for name in new:
        used.pop(name, None)
    before = dict(used)
    _block(called, node.body, used, found)
    for name, line in used.items():
        inside = node.lineno < line <= node.end_lineno
        if name not in new and name not in before and inside:
            found.append(Twice(line, name, line))


def _expression(called: Called, node: ast.AST, used: dict, found: list[Twice]) -> None:
    """Note the uses of keys in a statement or expression without blocks."""
    for part in _outside_functions(node):
        if not isinstance(part, ast.Call) or not part.args:
            continue
        full = called.get(part, "")
        module, _, name = full.rpartition(".")
        key = part.args[0]
        if module != "jax.random" or name in _FREE or not isinstance(key, ast.Name):
            continue
        if key.id in used:
            found.append(Twice(part.lineno, key.id, used[key.id]))
        used[key.id] = part.lineno


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for part in ast.iter_child_nodes(node):
        if not isinstance(part, _FUNCTIONS):
            yield from _outside_functions(part)


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a statement gives a value."""
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    for target in targets:
        for part in ast.walk(target) if isinstance(target, ast.AST) else ():
            if isinstance(part, ast.Name):
                yield part.id
