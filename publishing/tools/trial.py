"""A tutorial on trial: as much of it as can be read, assembled and run, and all diagnostics."""

import ast
import asyncio
import re
from collections.abc import Iterable
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
    draft = _Draft(tutorial)
    draft.leave_out(diagnostics)
    lesson, unassembled = draft.assemble(settings.snippets)
    diagnostics += unassembled
    if lesson is None or not lesson.solved.code:
        return Trial(tutorial, None, diagnostics, [])
    store = Store(settings.records)
    if not diagnostics and (record := store.find(lesson.key, settings.device)):
        return Trial(tutorial, replace(lesson, record=record), [], [])
    check_machine()
    lesson, failures = _run(draft, lesson, settings)
    if lesson.record and not (diagnostics or failures):
        store.keep(lesson.record)
    return Trial(tutorial, lesson, diagnostics, failures)


def _run(draft: "_Draft", lesson: Lesson, settings: Settings) -> tuple[Lesson, list[Failure]]:
    """A lesson with the record of its run, and the failures of its cells.

    A run goes on behind a cell that fails. What ends it (a limit, an expression in the prose, a
    check that passes on a stub) is left out of the next.
    """
    failures: dict[tuple[Line, str], Failure] = {}
    for _ in range(_RUNS):
        run, found = asyncio.run(run_on(lesson.solved, settings, draft.lacking))
        failures = {(each.line, each.headline): each for each in found} | failures
        if run:
            record = Record(lesson.name, lesson.key, run)
            return replace(lesson, record=record), [*failures.values()]
        draft.leave_out([found[-1].line.diagnostic("")], cells=True)
        rest, _ = draft.assemble(settings.snippets)
        if rest is None:
            break
        lesson = rest
    return lesson, [*failures.values()]


class _Draft:
    """A tutorial without what is wrong; it may have bound the names that are `lacking`."""

    def __init__(self, tutorial: Tutorial) -> None:
        self.tutorial, self.lacking = tutorial, set[str]()

    def assemble(self, snippets: Path) -> tuple[Lesson | None, list[Diagnostic]]:
        """A lesson without what cannot be assembled, if any can, and the diagnostics of that."""
        diagnostics: list[Diagnostic] = []
        while True:
            try:
                solved = solve(self.tutorial, snippets)
                student = unsolve(self.tutorial, snippets, solved)
                return Lesson.of(solved, student, key(solved)), diagnostics
            except SourceError as error:
                new = [each for each in error.diagnostics if each not in diagnostics]
                diagnostics += new
                if not any(each.path == self.tutorial.path for each in new):
                    return None, diagnostics
                self.leave_out(new)

    def leave_out(self, diagnostics: Iterable[Diagnostic], *, cells: bool = False) -> None:
        """Remove the statements that have diagnostics; `cells` by those of their markers.

        If one is of an exercise or a check, all of these become plain cells.
        """
        tutorial = self.tutorial
        wrong = {each.number for each in diagnostics if each.path == tutorial.path}
        if cells:
            marked = [cell for cell in tutorial.cells if cell.code and cell.number in wrong]
            wrong = wrong.union(*map(_numbers, marked))
        touched = [cell for cell in tutorial.cells if _numbers(cell) & wrong]
        plain = any(cell.exercise or cell.check for cell in touched)
        kept = [self._without(_ungraded(cell) if plain else cell, wrong) for cell in tutorial.cells]
        filled = (cell for cell in kept if join(cell.lines).strip())
        self.tutorial = replace(tutorial, cells=tuple(filled))

    def _without(self, cell: Cell, wrong: set[int]) -> Cell:
        bad = {line for line in cell.lines if line.number in wrong and line.path == cell.path}
        if not bad:
            return cell
        bad = _statements(cell, bad) if cell.code else bad
        lines = tuple(_blank(line, cell.code) if line in bad else line for line in cell.lines)
        if cell.code and syntax_error(join(lines)):
            bad, lines = set(cell.lines), tuple(_blank(line, True) for line in cell.lines)
        self.lacking |= {word for line in bad for word in re.findall(r"\w+", line.text)}
        return replace(cell, lines=lines, raises=None, match=None)


def _numbers(cell: Cell) -> set[int]:
    return {cell.number, *(line.number for line in cell.lines if line.path == cell.path)}


def _ungraded(cell: Cell) -> Cell:
    if not cell.code:
        return cell
    lines = tuple(line for line in cell.lines if line.text.strip() not in (BEGIN, END))
    return replace(cell, exercise=None, kind=None, minutes=None, check=None, lines=lines)


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
