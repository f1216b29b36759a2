"""Code that a cell has from the snippets, as a page shows it: folded beside the cell's own, its docstrings short."""

import ast
import re
from collections.abc import Sequence
from dataclasses import replace

from publishing.assemble.snippets import names, parse
from publishing.read.cells import Cell
from publishing.read.problem import Line, join

_SECTION = re.compile(r"\s*(?:Args|Example|Examples|Raises|Returns|Source|Yields):\s*")
_QUOTES = ('"""', "'''")


def parted(cell: Cell) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines of a cell that are pasted, with short docstrings, and its own; blank ones go with those before."""
    pasted: list[Line] = []
    own: list[Line] = []
    part = own
    for line in cell.lines:
        if line.text.strip():
            part = own if line.path == cell.path else pasted
        part.append(line)
    return _short_docstrings(pasted), tuple(own) if any(line.text.strip() for line in own) else ()


def _short_docstrings(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Code whose docstrings end before their first section, such as Args: the reference has the whole."""
    kept = list(lines)
    documented = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in ast.walk(ast.parse(join(kept))) if kept else ():
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            text = node.body[0]
            rows = range(text.lineno, text.end_lineno)  # all but the first, from 0
            first = next((row for row in rows if _SECTION.fullmatch(lines[row].text)), None)
            quotes = ast.get_source_segment(join(lines), text)[-3:]
            if first and quotes in _QUOTES:
                last = max(row for row in range(text.lineno - 1, first) if lines[row].text.strip())
                space = " " if lines[last].text.endswith((quotes[0], "\\")) else ""
                kept[last] = replace(lines[last], text=f"{lines[last].text}{space}{quotes}")
                kept[last + 1 : text.end_lineno] = [None] * (text.end_lineno - last - 1)
    return tuple(line for line in kept if line)


def definitions(lines: Sequence[Line]) -> list[str]:
    """The public names that code binds other than by an import, in their order."""
    statements = [node for node in parse(lines).body if not isinstance(node, ast.Import | ast.ImportFrom)]
    bound = [name.name for node in statements for name in names(node) if name.binds]
    return [name for name in dict.fromkeys(bound) if not name.startswith("_")]
