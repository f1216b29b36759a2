"""What the code of a cell defines: what is pasted from the snippets, and what an exercise asks a learner for."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from publishing.assemble.snippets import Statement, names, parse, read_module
from publishing.read.cells import Cell, regions
from publishing.read.diagnostic import Line, join
from publishing.run.lesson import Lesson

_SECTION = re.compile(r"\s*(?:Args|Example|Examples|Raises|Returns|Source|Yields):\s*")
_QUOTES = ('"""', "'''")
_BLOCKS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


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
    for node in ast.walk(ast.parse(join(kept))) if kept else ():
        if isinstance(node, _BLOCKS) and ast.get_docstring(node, clean=False) is not None:
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


def shown_snippets(
    lesson: Lesson, snippets: Path
) -> tuple[set[tuple[Path, str]], set[tuple[Path, str]]]:
    """The definitions of snippets of which visible code has a line, and those of which code for checks has one."""
    visible = (
        line for cell in lesson.solved.code if "hidden" not in cell.tags for line in cell.lines
    )
    support = (line for cell in lesson.solved.code for line in cell.support)
    both = [{(line.path, line.number) for line in lines} for lines in (visible, support)]
    shown, checking = set(), set()
    for path in {path for places in both for path, _ in places if path.is_relative_to(snippets)}:
        for name, piece in read_module(path, snippets.name).pieces.items():
            lines = {(line.path, line.number) for line in piece.lines}
            for found, places in zip((shown, checking), both, strict=True):
                found.update([(path, name)] if lines & places else ())
    return shown, checking


def definitions(lines: Sequence[Line]) -> list[str]:
    """The public names that code binds other than by an import, in their order."""
    statements = [node for node in parse(lines).body if not isinstance(node, Statement)]
    bound = [name.name for node in statements for name in names(node) if name.binds]
    return [name for name in dict.fromkeys(bound) if not name.startswith("_")]


def names_to_define(cells: Sequence[Cell], exercise: Cell, package: str) -> list[str]:
    """The functions that the stub leaves open, and what else the solution defines and the check or a later cell needs.

    `cells` are those of the tutorial. What a loop counts with is not asked for, nor is what the stub gives.
    """
    later = [
        cell
        for cell in cells[cells.index(exercise) + 1 :]
        if cell.is_python and "hidden" not in cell.tags
    ]
    needed, counting, found = _needed(later), set(), {}
    for node in ast.parse(join(exercise.lines)).body:
        within = [
            begin
            for begin, end in regions(exercise)
            if begin < node.end_lineno and node.lineno <= end + 1
        ]
        if not within or (
            isinstance(node, Statement) and not getattr(node, "module", "").startswith(package)
        ):
            continue
        is_open = isinstance(node, _BLOCKS) and node.lineno <= within[0]
        found |= {
            name.name: is_open
            for name in names(node)
            if name.binds and not name.name.startswith("_")
        }
        if not isinstance(node, _BLOCKS):
            loops = (part for part in ast.walk(node) if isinstance(part, ast.For))
            counting |= {name for loop in loops for name in _names_in(loop.target)}
            entries = (part.value for part in ast.walk(node) if _is_entry(part))
            found |= {name: False for entry in entries for name in _names_in(entry)}
    return [name for name, is_open in found.items() if is_open or name in needed - counting]


def _needed(cells: Iterable[Cell]) -> set[str]:
    """The global names that cells read without having bound them, or ask for, as in `globals().get("loss")`."""
    needed, bound = set(), set()
    for node in (node for cell in cells for node in ast.parse(join(cell.lines)).body):
        for name in names(node):
            if name.binds:
                bound.add(name.name)
            elif name.name not in bound:
                needed.add(name.name)
        needed |= {text for part in ast.walk(node) for text in _asked(part) if text not in bound}
    return needed


def _asked(node: ast.AST) -> Iterator[str]:
    """The strings that code gives to a function, or looks for, as in `"loss" in globals()`."""
    parts = (
        node.args
        if isinstance(node, ast.Call)
        else [node.left]
        if isinstance(node, ast.Compare)
        else []
    )
    yield from (
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def _is_entry(node: ast.AST) -> bool:
    """Whether code puts something into this, as in `traces["one"] = 1`."""
    return isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)


def _names_in(node: ast.AST) -> Iterator[str]:
    return (part.id for part in ast.walk(node) if isinstance(part, ast.Name))
