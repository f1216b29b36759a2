"""`tutorials check`: all that is wrong with a tutorial, in one list."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import click

from publishing.assemble.variants import solve, unsolve
from publishing.build import make
from publishing.load import named
from publishing.options import read_course
from publishing.read.cells import Tutorial
from publishing.read.diagnostic import Diagnostic, SourceError, counted, relative
from publishing.read.percent import examine, files
from publishing.run.failure import Failure
from publishing.run.kernel import check_machine
from publishing.run.lesson import Lesson
from publishing.run.notebook import Run
from publishing.run.record import Record, Store, key
from publishing.settings import Settings
from publishing.site.house import broken_rules
from publishing.site.links import Routes
from publishing.site.page import prose_defects
from publishing.teaching.answers import of_kept, of_trials
from publishing.tools.going import run_on, watched

_WAITS = "The page runs when these are mended."
_EXERCISE = re.compile(r'^# *%%.*\bexercise="([^"]*)"', re.MULTILINE)


@click.command()
@click.argument("name")
@click.pass_obj
def check(config_file: Path, name: str) -> None:
    """Say in one list all that is wrong with a tutorial.

    It runs if it has no record, and so do its kept answers.
    """
    routes, convert = read_course(config_file)
    (name,) = named([name], routes.settings.source)
    diagnostics, notes = diagnostics_of(name, routes, convert)
    for text in (*diagnostics, *notes):
        click.echo(text)
    if diagnostics:
        raise click.ClickException(f"{counted(len(diagnostics), 'problem')} in {name}.")
    click.echo(f"{name}: nothing is wrong.")


def diagnostics_of(
    name: str, routes: Routes, convert: Callable[[str], str], *, answers: bool = True
) -> tuple[list[Diagnostic], list[str]]:
    """All that is wrong with a tutorial, by its lines, and what its author should know besides.

    `convert` makes HTML of a page's Markdown; without `answers` none is tried.
    """
    path = routes.settings.source / f"{name}.py"
    try:
        tutorial, diagnostics = examine(path, name)
    except SourceError as error:  # there are no cells
        return list(error.diagnostics), []
    unread = {each.number for each in diagnostics}
    notes = [_WAITS]
    if not diagnostics:
        diagnostics, notes = _of_notebook(tutorial, routes, answers)
    if routes.folder(tutorial) not in routes.site.order:
        message = f"is not in the nav of mkdocs.yml; add `{routes.page(name)}`."
        diagnostics.append(Diagnostic(path, 1, message))
    diagnostics += _misnamed(tutorial, routes)
    prose = prose_defects(tutorial, routes, convert)
    diagnostics += (each for each in prose if each.number not in unread)
    told = {each.number for each in diagnostics if each.path == path} - {1}
    linted = _of_ruff(path, routes.settings.project)
    diagnostics += (each for each in linted if each.number not in told)
    unique = dict.fromkeys(diagnostics)
    return sorted(unique, key=lambda each: (each.path != path, each.path, each.number)), notes


def _of_notebook(
    tutorial: Tutorial, routes: Routes, answers: bool
) -> tuple[list[Diagnostic], list[str]]:
    """What is wrong with a tutorial whose cells can be read, and what its author should know."""
    snippets = routes.settings.snippets
    try:
        solved = solve(tutorial, snippets)
        lesson = Lesson(solved, unsolve(tutorial, snippets, solved), key(solved))
    except SourceError as error:
        return list(error.diagnostics), [_WAITS]
    return _of_run(lesson, routes, answers)


def _of_run(lesson: Lesson, routes: Routes, answers: bool) -> tuple[list[Diagnostic], list[str]]:
    """What is wrong with a run that goes on behind cells that fail, with its page and answers."""
    settings = routes.settings
    lesson, failures = _ran(lesson, settings)
    diagnostics = [_of_failure(each, lesson) for each in failures]
    diagnostics += broken_rules(lesson, routes.site)
    if lesson.record is None:
        place = failures[-1].line
        ended = f"The run ended early, at {relative(place.path)}:{place.number}"
        return diagnostics, [f"{ended}; mend that, and the rest is told."]
    notes = []
    try:
        notes = [f"{note} (A note: nothing is to do.)" for note in make(lesson, routes).notes]
        if not failures:
            diagnostics += of_kept(lesson, settings)
            trials = of_trials(lesson, settings, watched) if answers else {}
            diagnostics += chain.from_iterable(trials.values())
    except SourceError as error:
        diagnostics += error.diagnostics
    except Failure as failure:
        diagnostics.append(_of_failure(failure, lesson))
    return diagnostics, notes


def _ran(lesson: Lesson, settings: Settings) -> tuple[Lesson, list[Failure]]:
    """A lesson with its record, if no failure ended its run, and the failures of its cells."""
    store, failures = Store(settings.records), []
    record = store.find(lesson.key, settings.device)
    if record is None:
        check_machine()
        run, failures = watched(f"Running {lesson.name}", run_on, lesson.solved, settings)
        record = run and Record(lesson.name, lesson.key, run)
        if record and not failures:
            store.keep(record)
    return replace(lesson, record=record), failures


def _of_failure(failure: Failure, lesson: Lesson) -> Diagnostic:
    """What failed; where the solution of an exercise to predict is wrong, also what is true."""
    asked: Run | None = lesson.record and lesson.record.run
    checks = (cell for cell in lesson.solved.code if cell.check and failure.line in cell.lines)
    truth = [
        f"  The check computes {asked.question(cell.check).truth}."
        for cell in checks
        if asked and cell.check in asked.questions
    ]
    text = "\n".join([failure.headline, *truth, failure.details])
    return failure.line.diagnostic(text.rstrip())


def _of_ruff(path: Path, project: Path) -> Iterator[Diagnostic]:
    """What ruff says of a file, where it is installed and the course has settings for it."""
    settings = project.read_text(encoding="utf-8") if project.is_file() else ""
    if "[tool.ruff" not in settings or find_spec("ruff") is None:
        return

    def ruff(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ruff", *arguments, "--force-exclude", str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    for each in json.loads(ruff("check", "--output-format=json").stdout or "[]"):
        message = f"{each['message']} (ruff, {each['code']})."
        yield Diagnostic(path, each["location"]["row"], message)
    if ruff("format", "--check").returncode == 1:
        yield Diagnostic(path, 1, f"is not formatted; `ruff format {relative(path)}` does it.")


def _misnamed(tutorial: Tutorial, routes: Routes) -> Iterator[Diagnostic]:
    """Exercises whose name another tutorial has, and kept answers to none of all exercises."""
    paths = {*files(routes.settings.source).values()} - {tutorial.path}
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    owners = {name: path for path, text in texts.items() for name in _EXERCISE.findall(text)}
    own = {cell.exercise: cell for cell in tutorial.cells if cell.exercise}
    for exercise in own.keys() & owners.keys():
        message = f'exercise="{exercise}" is already taken by {relative(owners[exercise])}.'
        yield Diagnostic(tutorial.path, own[exercise].number, message)
    for path in routes.settings.answers.glob("*.py"):
        if path.stem not in owners | own:
            yield Diagnostic(path, 1, "is of no exercise; remove it, or name it after one.")
