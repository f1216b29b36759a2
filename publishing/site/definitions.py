"""What the code of a cell defines: pasted snippets, and what an exercise asks a learner for."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from publishing.assemble.snippets import Statement, names, names_in, parse, read_module
from publishing.read.cells import Cell, regions
from publishing.read.diagnostic import Line, join
from publishing.run.lesson import Lesson

_SECTION = re.compile(r"\s*(?:Args|Example|Examples|Raises|Returns|Source|Yields):\s*")
_QUOTES = ('"""', "'''")
_BLOCKS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

Snippet = tuple[Path, str]  # the file of a module, and a name that it defines


def parted(cell: Cell) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The pasted lines of a cell, with short docstrings, and its own.

    Blank lines go with those before; a cell with none but blank ones has none of its own.
    """
    pasted: list[Line] = []
    own: list[Line] = []
    part = own
    for line in cell.lines:
        if line.text.strip():
            part = own if line.path == cell.path else pasted
        part.append(line)
    has_own = any(line.text.strip() for line in own)
    return _short_docstrings(tuple(pasted)), tuple(own) if has_own else ()


def _short_docstrings(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Code whose docstrings end before their first section, such as Args."""
    kept: list[Line | None] = list(lines)
    for node in ast.walk(parse(lines)) if lines else ():
        if isinstance(node, _BLOCKS) and ast.get_docstring(node, clean=False) is not None:
            _cut_docstring(node.body[0], lines, kept)
    return tuple(line for line in kept if line)


def _cut_docstring(docstring: ast.stmt, lines: Sequence[Line], kept: list[Line | None]) -> None:
    rows = range(docstring.lineno, docstring.end_lineno)  # all but the first, counted from 0
    first = next((row for row in rows if _SECTION.fullmatch(lines[row].text)), None)
    quotes = ast.get_source_segment(join(lines), docstring)[-3:]
    if first is None or quotes not in _QUOTES:
        return
    last = max(row for row in range(docstring.lineno - 1, first) if lines[row].text.strip())
    space = " " if lines[last].text.endswith((quotes[0], "\\")) else ""
    kept[last] = replace(lines[last], text=f"{lines[last].text}{space}{quotes}")
    kept[last + 1 : docstring.end_lineno] = [None] * (docstring.end_lineno - last - 1)


def shown_snippets(lesson: Lesson, snippets: Path) -> tuple[set[Snippet], set[Snippet]]:
    """The snippets that visible code has, and those that only code for checks has."""
    code = lesson.solved.code
    visible = _places(cell.lines for cell in code if "hidden" not in cell.tags)
    checking = _places(cell.support for cell in code)
    both = (set(), set())
    for path in {path for path, _ in visible | checking}:
        if path.is_relative_to(snippets):
            for name, piece in read_module(path, snippets.name).pieces.items():
                lines = _places([piece.lines])
                for found, places in zip(both, (visible, checking), strict=True):
                    if not lines.isdisjoint(places):
                        found.add((path, name))
    return both


def _places(parts: Iterable[Sequence[Line]]) -> set[tuple[Path, int]]:
    return {(line.path, line.number) for lines in parts for line in lines}


def definitions(lines: tuple[Line, ...]) -> list[str]:
    """The public names that code binds other than by an import, in their order."""
    statements = [node for node in parse(lines).body if not isinstance(node, Statement)]
    return list(dict.fromkeys(name for node in statements for name in _public(node)))


def _public(node: ast.stmt) -> list[str]:
    bound = (name.name for name in names(node) if name.binds)
    return [name for name in bound if not name.startswith("_")]


def names_to_define(cells: Sequence[Cell], exercise: Cell, package: str) -> list[str]:
    """What a learner has to define.

    These are the functions that the stub leaves open, and what else the solution defines and the
    check or a later cell needs. `cells` are those of the tutorial, `package` that of the snippets.
    """
    later = [cell for cell in cells[cells.index(exercise) + 1 :] if "hidden" not in cell.tags]
    needed = _needed(cell for cell in later if cell.is_python)
    asked: dict[str, bool] = {}  # whether the stub leaves it open
    for node, is_open in _to_write(exercise, package):
        asked |= dict.fromkeys(_public(node), is_open)
    return [name for name, is_open in asked.items() if is_open or name in needed]


def _to_write(exercise: Cell, package: str) -> Iterator[tuple[ast.stmt, bool]]:
    """The statements of which a solution region has a part, and whether each is an open block."""
    for node in parse(exercise.lines).body:
        starts = [
            begin
            for begin, end in regions(exercise)
            if begin < node.end_lineno and node.lineno <= end + 1
        ]
        imported = isinstance(node, Statement)
        if starts and (not imported or getattr(node, "module", "").startswith(package)):
            yield node, isinstance(node, _BLOCKS) and node.lineno <= starts[0]


def _needed(cells: Iterable[Cell]) -> set[str]:
    """The global names that cells read, or ask for, without having bound them."""
    needed, bound = set(), set()
    for name in (name for cell in cells for name in names_in(cell.lines)):
        if name.binds:
            bound.add(name.name)
        elif name.name not in bound:
            needed.add(name.name)
    return needed
