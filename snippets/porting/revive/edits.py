"""Edits of dotted names: lines count from 1, columns in bytes of UTF-8."""

import ast
import builtins
import re

from .records import Change

# Packages that `import jax` or `import absl` does not load, nor their modules.
APART = ("absl.testing", "jax.example_libraries", "jax.extend")


def last_name(node: ast.Attribute, new: str) -> tuple[int, int, int, int, str]:
    """The edit that gives the last name of a dotted one its new form."""
    end = node.end_col_offset
    start = end - len(node.attr.encode())
    return node.end_lineno, start, node.end_lineno, end, new


def attribute_edits(
    finder: ast.NodeVisitor, node: ast.Attribute, full: str, found: tuple
):
    """The edits that give a dotted name its new form; none if its import does."""
    name, known, sign = found
    chain = [node]
    while isinstance(chain[-1], ast.Attribute):
        chain.append(chain[-1].value)
    bound = finder.binding(chain[-1].id, node.lineno)
    stays = not known.renamed or sign != "!" or id(node) in finder.guarded
    wanted, rest = finder.table.renamed(full), full[len(name) :]
    is_private = wanted == full  # a private name below a module
    if stays or is_private or not isinstance(bound.meaning, str):
        return ()
    for part in chain:
        now = bound.fixed + finder.full(part)[len(bound.meaning) :]
        if part is node and now == wanted:
            return ()
        if wanted.startswith(f"{now}."):
            loading = _loading(finder, wanted, bound.node, node.lineno)
            if loading is None:
                return ()
            last = next((one for one in chain if finder.full(one) == name), chain[-1])
            text = wanted[len(now) : len(wanted) - len(rest)]
            if text and part is getattr(last, "value", None):
                return (last_name(last, text[1:]), *loading)
            return ((*end_of(part), *end_of(last), text), *loading)
    last = next((one for one in chain if finder.full(one) == name), None)
    if last is None or node.lineno != last.end_lineno:
        return ()
    text, edits = _expressed(finder, known.new, bound.node, node.lineno)
    start = (node.lineno, node.col_offset)
    return ((*start, *end_of(last), text), *edits) if text else ()


def end_of(node: ast.AST) -> tuple[int, int]:
    """The line and column after a node."""
    return node.end_lineno, node.end_col_offset


def _expressed(
    finder: ast.NodeVisitor, full: str, binds: ast.AST, line: int
) -> tuple[str, tuple]:
    """A full name as a line of the file can write it, with an import if needed."""
    visible = {name for _, names in finder.scopes for name in names}
    bound = {name: finder.binding(name, line) for name in sorted(visible)}
    short = [
        (len(one.fixed), name)
        for name, one in bound.items()
        if one and one.fixed and f"{full}.".startswith(f"{one.fixed}.")
    ]
    root = full.partition(".")[0]
    if is_builtin(full):
        return ("", ()) if root in bound else (full, ())
    if short:
        length, name = max(short)
        loading = _loading(finder, full, bound[name].node, line)
        return ("", ()) if loading is None else (name + full[length:], loading)
    if root in bound:
        return "", ()
    if root in finder.imports and not module_apart(full):
        return full, ()
    return full, _first_import(finder, module_apart(full) or root, binds)


def is_builtin(full: str) -> bool:
    """Whether a full name is one of Python's own, which no import brings."""
    return hasattr(builtins, full)


def _first_import(finder: ast.NodeVisitor, module: str, binds: ast.AST) -> tuple:
    """The edit that puts an import before the first one, or before one in a scope."""
    first = next((n for n in finder.tree.body if _is_import(n)), binds)
    start = (first.lineno, first.col_offset)
    return ((*start, *start, f"import {module}\n"),)


def module_apart(full: str) -> str:
    """The module of a name that importing its package does not load; else empty."""
    apart = any(full.startswith(f"{package}.") for package in APART)
    return ".".join(full.split(".")[:3]) if apart else ""


def _loading(
    finder: ast.NodeVisitor, full: str, binds: ast.AST, line: int
) -> tuple | None:
    """The edits that load the module of a full name; None if it cannot be loaded."""
    module = module_apart(full)
    if not module or _is_loaded(finder, module, line):
        return ()
    root = module.partition(".")[0]
    if any(name == root and meaning != root for name, meaning in finder.bound):
        return None  # `import jax.extend.core` would bind the name to something else
    if isinstance(binds, ast.Import) and binds.lineno == binds.end_lineno:
        return ((*end_of(binds), *end_of(binds), f"\nimport {module}"),)
    return _first_import(finder, module, binds)


def _is_loaded(finder: ast.NodeVisitor, module: str, line: int) -> bool:
    """Whether an import of the file that comes before a line loads a module."""
    for node in filter(_is_import, finder.tree.body):
        above = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        names = (finder.table.renamed(above + alias.name) for alias in node.names)
        early = node.lineno < line or len(finder.scopes) > 1
        if early and any(f"{name}.".startswith(f"{module}.") for name in names):
            return True
    return False


def _is_import(node: ast.stmt) -> bool:
    future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
    return isinstance(node, (ast.Import, ast.ImportFrom)) and not future


def edited(lines: list[str], changes: list[Change]) -> list[str]:
    """Lines after the edits of changes; there are as many, but one may hold several."""
    mark = "\ufeff" if lines and lines[0].startswith("\ufeff") else ""
    data = [line.removeprefix(mark).encode() for line in lines]
    newline = b"\r\n" if any(line.endswith(b"\r\n") for line in data) else b"\n"
    edits = {edit for change in changes for edit in change.edits}
    for first, start, last, end, text in sorted(edits, reverse=True):
        before, after = data[first - 1][:start], data[last - 1][end:]
        gone = b"".join(data[first - 1 : last])[start : -len(after) or None]
        indent = newline + before if not before.strip() else b"; "
        if text.startswith("\n"):  # a line of its own, after this one
            data[first - 1] = _with_line(before, after, text[1:].encode(), newline)
            continue
        new = text.encode().replace(b"\n", indent)
        if not text and b"#" in gone:  # a comment between the names of an import
            comments = re.findall(rb"#[^\r\n]*", gone)
            new = b"  ".join(comments) + newline + re.search(rb"[ \t]*\Z", gone)[0]
            new = new if before.isspace() else b"  " + new
        joined = before + new + after
        if not text and gone and not before.strip():  # a statement was taken out
            kept = (new if after.strip() else new.rstrip()) + after
            joined = before + kept.lstrip() if kept.strip() else b""
        data[first - 1 : last] = [joined, *[b""] * (last - first)]
    return [mark * (not number) + line.decode() for number, line in enumerate(data)]


def _with_line(before: bytes, after: bytes, text: bytes, newline: bytes) -> bytes:
    """A line with a statement after it; on the same line if that holds others."""
    rest = re.match(rb"[^\r\n]*", after)[0]
    indent = re.match(rb"[ \t]*", before)[0]
    if before.lstrip().startswith(b"import ") and rest.strip()[:1] in (b"", b"#"):
        return before + rest + newline + indent + text + after[len(rest) :]
    return before + b"; " + text + after
