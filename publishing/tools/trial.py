"""A tutorial on trial: as much of it as can be read, assembled and run, and all diagnostics."""

import ast
import asyncio
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from publishing.assemble.variants import solve, unsolve
from publishing.read.cells import BEGIN, END, Cell, Tutorial
from publishing.read.diagnostic import Diagnostic, Line, SourceError, join, syntax_error
from publishing.read.percent import examine
from publishing.run import packages
from publishing.run.failure import Failure
from publishing.run.kernel import check_machine
from publishing.run.lesson import Lesson
from publishing.run.record import Record, Store, key
from publishing.settings import Settings
from publishing.tools.going import run_on

_RUNS = 4  # of which each but the first is without what ended the one before


@dataclass(frozen=True)
class Trial:
    """What became of a tutorial.

    `lesson` is what could be assembled of it, with a record if it ran to its end.
    """

    tutorial: Tutorial
    lesson: Lesson | None
    diagnostics: list[Diagnostic]
    failures: list[Failure]


def try_out(path: Path, name: str, settings: Settings) -> Trial:
    """Read, assemble and run a tutorial without the statements that are wrong.

    A run without any diagnostic is kept as a record.
    """
    packages.clear_cache()
    tutorial, diagnostics = examine(path, name)
    readable, lacking = _without(tutorial, _numbers_of(diagnostics, path))
    lesson, further, unassembled = _assembled(readable, settings)
    diagnostics += further
    if lesson is None or not lesson.solved.code:
        return Trial(tutorial, None, diagnostics, [])
    store = Store(settings.records)
    if not diagnostics and (record := store.find(lesson.key, settings.device)):
        return Trial(tutorial, replace(lesson, record=record), [], [])
    check_machine()
    lesson, failures = _run(lesson, lacking | unassembled, settings)
    if lesson.record and not (diagnostics or failures):
        store.keep(lesson.record)
    return Trial(tutorial, lesson, diagnostics, failures)


def _run(lesson: Lesson, lacking: set[str], settings: Settings) -> tuple[Lesson, list[Failure]]:
    """A lesson with the record of its run, and the failures of its cells.

    A run goes on behind a cell that fails. What ends it (a limit, an expression in the prose, a
    check that passes on a stub) is left out of the next.
    """
    failures: dict[tuple[Line, str], Failure] = {}
    for _ in range(_RUNS):
        run, found = asyncio.run(run_on(lesson.solved, settings, lacking))
        failures = {(each.line, each.headline): each for each in found} | failures
        if run or not found:
            break
        rest, words = _without(lesson.tutorial, {found[-1].line.number}, whole=True)
        assembled, _, others = _assembled(rest, settings)
        if assembled is None:
            break
        lesson, lacking = assembled, lacking | words | others
    record = run and Record(lesson.name, lesson.key, run)
    return replace(lesson, record=record), list(failures.values())


def _assembled(
    tutorial: Tutorial, settings: Settings
) -> tuple[Lesson | None, list[Diagnostic], set[str]]:
    """A lesson without what cannot be assembled, the diagnostics of that, and its words."""
    diagnostics: list[Diagnostic] = []
    lacking: set[str] = set()
    while True:
        try:
            solved = solve(tutorial, settings.snippets)
            student = unsolve(tutorial, settings.snippets)
            return Lesson.of(solved, student, key(solved)), diagnostics, lacking
        except SourceError as error:
            new = [each for each in error.diagnostics if each not in diagnostics]
            diagnostics += new
            numbers = _numbers_of(new, tutorial.path)
            if not numbers:
                return None, diagnostics, lacking
            tutorial, words = _without(tutorial, numbers)
            lacking |= words


def _numbers_of(diagnostics: Collection[Diagnostic], path: Path) -> set[int]:
    return {each.number for each in diagnostics if each.path == path}


def _without(
    tutorial: Tutorial, wrong: set[int], *, whole: bool = False
) -> tuple[Tutorial, set[str]]:
    """A tutorial without the statements on these lines, and their words: names they may bind.

    With `whole`, the line of a marker stands for its cell. If an exercise or a check is among
    them, its cell and all others count as plain ones.
    """
    cells = tutorial.cells
    if whole:
        marked = [cell for cell in cells if cell.code and cell.number in wrong]
        wrong = wrong.union(*map(_numbers, marked))
    if any((cell.exercise or cell.check) and _numbers(cell) & wrong for cell in cells):
        cells = [_ungraded(cell) for cell in cells]
    pairs = [_cell_without(cell, wrong) for cell in cells]
    kept = tuple(cell for cell, _ in pairs if join(cell.lines).strip())
    return replace(tutorial, cells=kept), set().union(*(words for _, words in pairs))


def _numbers(cell: Cell) -> set[int]:
    return {cell.number, *(line.number for line in cell.lines if line.path == cell.path)}


def _ungraded(cell: Cell) -> Cell:
    if not cell.code:
        return cell
    lines = tuple(line for line in cell.lines if line.text.strip() not in (BEGIN, END))
    return replace(cell, exercise=None, kind=None, minutes=None, check=None, lines=lines)


def _cell_without(cell: Cell, wrong: set[int]) -> tuple[Cell, set[str]]:
    """A cell without its statements on these lines, and the words of these."""
    bad = {line for line in cell.lines if line.number in wrong and line.path == cell.path}
    if not bad:
        return cell, set()
    bad = _statements(cell, bad) if cell.code else bad
    lines = tuple(_blank(line, cell.code) if line in bad else line for line in cell.lines)
    if cell.code and syntax_error(join(lines)):
        bad, lines = set(cell.lines), tuple(_blank(line, True) for line in cell.lines)
    words = {word for line in bad for word in re.findall(r"\w+", line.text)}
    return replace(cell, lines=lines, raises=None, match=None), words


def _statements(cell: Cell, bad: set[Line]) -> set[Line]:
    """The lines of a cell's statements that some of these lines are of, and these."""
    if syntax_error(join(cell.lines)):
        return bad
    nodes = ast.parse(join(cell.lines)).body
    spans = [cell.lines[node.lineno - 1 : node.end_lineno] for node in nodes]
    return bad.union(*(span for span in spans if bad & set(span)))


def _blank(line: Line, code: bool) -> Line:
    """A line that does nothing; of prose an empty one."""
    return replace(line, text="pass" if code and line.text[:1].strip() else "")
