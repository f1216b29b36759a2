"""A tutorial on trial: as much of it as can be read, assembled and run, and every problem on the way."""

import ast
import asyncio
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from publishing.assemble.variants import Variant, solve, unsolve
from publishing.read.cells import BEGIN, END, Cell, Tutorial
from publishing.read.diagnostic import Diagnostic, Line, SourceError, join, syntax_error
from publishing.read.percent import examine
from publishing.run import packages
from publishing.run.failure import Failure
from publishing.run.kernel import check_machine
from publishing.run.lesson import Lesson
from publishing.run.record import Record, Store, key
from publishing.settings import Settings
from publishing.tools.going import cell_of, tried

_ROUNDS = 5  # runs, each without what failed in those before


@dataclass(frozen=True)
class Trial:
    """What became of a tutorial: `lesson` is what could be assembled of it, with a record if it ran to its end."""

    tutorial: Tutorial
    lesson: Lesson | None
    diagnostics: list[Diagnostic]
    failures: list[Failure]


def try_out(path: Path, name: str, settings: Settings) -> Trial:
    """Read, assemble and run a tutorial, leaving out what is wrong; a run without any problem is kept as a record."""
    packages.clear_cache()
    tutorial, diagnostics = examine(path, name)
    given, lacking = _without(tutorial, diagnostics)
    variants, more, also = _assembled(given, settings)
    diagnostics, lacking = [*diagnostics, *more], lacking | also
    if variants is None:
        return Trial(tutorial, None, diagnostics, [])
    solved, student = variants
    lesson = Lesson(solved, student, key(solved), None)
    store = Store(settings.records)
    if not diagnostics and (record := store.find(lesson.key, settings.device)):
        return Trial(tutorial, replace(lesson, record=record), [], [])
    check_machine()
    lesson, failures = _run(lesson, given, lacking, settings)
    if lesson.record and not (diagnostics or failures):
        store.keep(lesson.record)
    return Trial(tutorial, lesson, diagnostics, failures)


def _run(
    lesson: Lesson, given: Tutorial, lacking: set[str], settings: Settings
) -> tuple[Lesson, list[Failure]]:
    """A lesson with the record of its last run, and all failures.

    What fails is left out of the next run, and a warning passes there: its cell runs on, and what fails behind it is
    told only if it fails then, too.
    """
    failures: dict[tuple[Path, int], Failure] = {}
    for round_ in range(_ROUNDS):
        run, new = asyncio.run(tried(lesson.solved, settings, lacking, sure=round_ < _ROUNDS - 1))
        warned = {
            each: text
            for each in new
            if (text := _warned(lesson.solved, each)) and text not in settings.told
        }
        if warned and round_ < _ROUNDS - 1:
            first = new.index(next(iter(warned)))
            new = [each for number, each in enumerate(new) if number < first or each in warned]
            settings = replace(settings, told=(*settings.told, *warned.values()))
        failures = {(each.line.path, each.line.number): each for each in new} | failures
        lesson = replace(lesson, record=run and Record(lesson.name, lesson.key, run))
        given, also = _without(
            given, [each.line.diagnostic("") for each in new if each not in warned], failed=True
        )
        variants, _, more = _assembled(given, settings)
        if not new or variants is None:
            break
        lacking |= also | more
        lesson = replace(lesson, solved=variants[0], student=variants[1], key=key(variants[0]))
    return lesson, list(failures.values())


def _warned(variant: Variant, failure: Failure) -> tuple[str, int] | None:
    """How the warning begins that a cell failed with, and its line in a cell; None for any other failure."""
    found, cell = re.match(r"\w+Warning: (.+)", failure.headline), cell_of(variant, failure.line)
    return (
        (found[1], cell.lines.index(failure.line) + 1)
        if found and cell and failure.line in cell.lines
        else None
    )


def _assembled(
    tutorial: Tutorial, settings: Settings
) -> tuple[tuple[Variant, Variant] | None, list[Diagnostic], set[str]]:
    """The two variants, or none, without what cannot be assembled; what that is, and the names that it may bind."""
    diagnostics: list[Diagnostic] = []
    lacking: set[str] = set()
    while True:
        try:
            solved = solve(tutorial, settings.snippets)
            key(solved)
            return (solved, unsolve(tutorial, settings.snippets)), diagnostics, lacking
        except SourceError as error:
            new = [diagnostic for diagnostic in error.diagnostics if diagnostic not in diagnostics]
            diagnostics += new
            if not new or not any(diagnostic.path == tutorial.path for diagnostic in new):
                return None, diagnostics, lacking
            tutorial, names = _without(tutorial, new)
            lacking |= names


def _without(
    tutorial: Tutorial, diagnostics: Collection[Diagnostic], *, failed: bool = False
) -> tuple[Tutorial, set[str]]:
    """A tutorial without the statements that have problems, and the names that these may bind.

    If an exercise or a check is among them, no cell is one. A cell that `failed` as a whole, at its first line, goes.
    """
    wrong = {diagnostic.number for diagnostic in diagnostics if diagnostic.path == tutorial.path}
    graded = not any(
        (cell.exercise or cell.check) and _numbers(cell) & wrong for cell in tutorial.cells
    )
    cells, lacking = [], set()
    for cell in tutorial.cells:
        if cell.code and not graded:
            lines = tuple(line for line in cell.lines if line.text.strip() not in (BEGIN, END))
            cell = replace(cell, exercise=None, kind=None, minutes=None, check=None, lines=lines)
        if bad := _numbers(cell) & wrong - (
            {cell.number} if not failed or not cell.code else set()
        ):
            bad |= _numbers(cell) if cell.number in bad else _statements(cell, bad)
            left_out = [line.text for line in cell.lines if line.number in bad]
            lines = tuple(
                _passed(line, cell.code) if line.number in bad else line for line in cell.lines
            )
            if cell.code and syntax_error(join(lines)):
                left_out += [line.text for line in lines]
                lines = tuple(_passed(line, True) for line in lines)
            cell = replace(cell, lines=lines, raises=None, match=None)
            lacking |= {name for text in left_out for name in re.findall(r"\w+", text)}
        if not cell.code or join(cell.lines).strip():
            cells.append(cell)
    if not cells or cells[0].code or not re.match("# +[^ #]", join(cells[0].lines)):
        cells.insert(
            0,
            Cell(
                code=False, path=tutorial.path, number=1, lines=(Line("# Title", tutorial.path, 1),)
            ),
        )
    if not any(cell.code for cell in cells):
        cells.append(
            Cell(code=True, path=tutorial.path, number=1, lines=(Line("pass", tutorial.path, 1),))
        )
    return replace(tutorial, cells=tuple(cells)), lacking


def _numbers(cell: Cell) -> set[int]:
    return {cell.number, *(line.number for line in cell.lines if line.path == cell.path)}


def _statements(cell: Cell, bad: set[int]) -> set[int]:
    """The lines of the statements of a cell that some of its lines are of."""
    if not cell.code or syntax_error(join(cell.lines)):
        return set()
    spans = [
        cell.lines[node.lineno - 1 : node.end_lineno] for node in ast.parse(join(cell.lines)).body
    ]
    return {
        line.number for span in spans if any(each.number in bad for each in span) for line in span
    }


def _passed(line: Line, code: bool) -> Line:
    """A line that does nothing; of prose an empty one."""
    return replace(line, text="pass" if code and line.text[:1].strip() else "")
