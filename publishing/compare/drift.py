"""One record of a tutorial against another: texts, numbers, errors and figures, cell by cell."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from nbformat import NotebookNode

from publishing.site.figures import is_figure
from publishing.compare.numbers import Comparison, Tolerance, compare_texts, distance
from publishing.compare.figures import compare_pictures, digest
from publishing.run.record import Record
from publishing.read.problem import Problem
from publishing.assemble.variants import Variant
from publishing.read.cells import Cell

_TEXTS = ("text/plain", "text/html", "text/markdown", "text/latex")
_SHOWN_LINES = 12


@dataclass(frozen=True)
class Difference:
    """A cell whose output differs, or that has no counterpart.

    Attributes:
      cell: its id in the notebooks, as in `update-12`; empty for a cell that is gone.
      place: its marker line in the author's file, and what differs in one sentence.
      old: the outputs it had, a text each; a figure is `figure #<digest>`.
      new: the outputs it has.
      details: what differs, line by line.
      sides: numbers, lines or figures that differ: old, new, and whether beyond the tolerance.
      fails: whether a person must look: something lies beyond the tolerance.
    """

    cell: str
    place: Problem
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    sides: tuple[tuple[str, str, bool], ...] = ()
    fails: bool = True

    def __str__(self) -> str:
        return "\n".join([str(self.place), *(f"  {line}" for line in self.details)])


def compare(variant: Variant, old: Record, new: Record, tolerance: Tolerance) -> list[Difference]:
    """What differs between two records, cells tagged `varies` left out.

    Cells are matched by their code. Where as many were changed as stand there now, they are matched in order, and the
    difference says that the code changed; other cells that came or went are said and do not fail.

    Args:
      variant: the solved variant that the new record is of.
      old: what it is compared with.
      new: what is compared.
      tolerance: for numbers.
    """
    stem = variant.tutorial.path.stem
    cells = [(f"{stem}-{index}", cell) for index, cell in enumerate(variant.cells) if cell.code]
    found = []
    for before, now, changed in _matched(old, new):
        if now is None:
            place = Problem(variant.tutorial.path, 1, f"code cell {before + 1} of the old record is gone.")
            found.append(Difference("", place, fails=False))
            continue
        name, cell = cells[now]
        if before is None:
            found.append(Difference(name, _place(cell, "this cell's code is new; nothing to compare."), fails=False))
        elif "varies" not in cell.tags:
            outputs = old.run.outputs[before], new.run.outputs[now]
            found += _compare_cell(name, cell, *outputs, tolerance, " and so does its code" if changed else "")
    return found


def same(old: tuple[str, ...], new: tuple[str, ...], tolerance: Tolerance) -> bool:
    """Whether outputs, as a `Difference` has them, are the same within the tolerance."""
    return len(old) == len(new) and all(compare_texts(a, b, tolerance).near for a, b in zip(old, new, strict=True))


def _matched(old: Record, new: Record) -> Iterator[tuple[int | None, int | None, bool]]:
    """Pairs of code cells, old and new by position, and whether their code differs; None where one is missing."""
    codes = [record.key.code[: len(record.run.outputs)] for record in (old, new)]
    for kind, a, a_end, b, b_end in difflib.SequenceMatcher(None, *codes, autojunk=False).get_opcodes():
        if a_end - a == b_end - b:
            yield from ((i, j, kind != "equal") for i, j in zip(range(a, a_end), range(b, b_end), strict=True))
        else:
            yield from ((i, None, True) for i in range(a, a_end))
            yield from ((None, j, True) for j in range(b, b_end))


def _compare_cell(
    name: str,
    cell: Cell,
    old: list[NotebookNode],
    new: list[NotebookNode],
    tolerance: Tolerance,
    also: str,
) -> Iterator[Difference]:
    texts = [tuple(_text(output) for output in outputs) for outputs in (old, new)]
    if [_kind(output) for output in old] != [_kind(output) for output in new]:
        sides = tuple(_sides(*texts))
        yield Difference(name, _place(cell, f"the output differs{also}."), *texts, tuple(_lines(sides)), sides)
        return
    details, sides = [], []
    for a, b, *written in zip(old, new, *texts, strict=True):
        if is_figure(a):
            if said := compare_pictures(a, b, tolerance):
                details.append(f"the figure differs: {said}.")
                sides.append(("figure", said, True))
            continue
        found = compare_texts(*written, tolerance)
        lines = [] if found.near else list(_sides(*([text] for text in written)))
        details += [*_lines(lines), *_numbers(found)]
        sides += [(*pair, True) for pair in found.beyond] or lines
        sides += [(*pair, False) for pair in found.within]
    if any(beyond for *_, beyond in sides):
        yield Difference(name, _place(cell, f"the output differs{also}."), *texts, tuple(details), tuple(sides))
    elif sides:
        first = distance(*sides[0][:2])
        message = f"{len(sides)} of its numbers differ within the tolerance; the first: {first}."
        yield Difference(name, _place(cell, message), *texts, sides=tuple(sides), fails=False)


def _sides(old: Iterable[str], new: Iterable[str]) -> Iterator[tuple[str, str, bool]]:
    """The lines that differ, side by side; empty where one side has none."""
    before, now = ("\n".join(texts).splitlines() for texts in (old, new))
    for kind, a, a_end, b, b_end in difflib.SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from ((x, y, True) for x, y in zip_longest(before[a:a_end], now[b:b_end], fillvalue=""))


def _lines(sides: Iterable[tuple[str, str, bool]]) -> Iterator[str]:
    """Lines as a person reads a patch."""
    marked = [f"{mark} {line}" for old, new, _ in sides for mark, line in (("-", old), ("+", new)) if line]
    yield from marked[:_SHOWN_LINES]
    if len(marked) > _SHOWN_LINES:
        yield f"and {len(marked) - _SHOWN_LINES} more lines."


def _numbers(found: Comparison) -> Iterator[str]:
    yield from (f"{distance(*pair)}." for pair in found.beyond[:_SHOWN_LINES])
    if len(found.beyond) > _SHOWN_LINES:
        yield f"and {len(found.beyond) - _SHOWN_LINES} more numbers."


def _kind(output: NotebookNode) -> str:
    if is_figure(output):
        return "figure"
    return output.get("name", output.output_type)


def _text(output: NotebookNode) -> str:
    """An output as a text; a digest where it is no text."""
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    if is_figure(output):
        return f"figure #{digest(output)}"
    shown = [output.data[kind] for kind in _TEXTS if kind in output.data]
    return "\n".join(shown) if shown else json.dumps(output.data, sort_keys=True)


def _place(cell: Cell, message: str) -> Problem:
    return Problem(cell.path, cell.number, message)
