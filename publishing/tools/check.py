"""`tutorials check`: all that is wrong with a tutorial, in one list."""

import itertools
import posixpath
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click

from publishing.build import make
from publishing.load import named
from publishing.options import read_course
from publishing.read.cells import Tutorial
from publishing.read.diagnostic import (
    Diagnostic,
    PageError,
    SourceError,
    counted,
    find_line,
    join,
    relative,
)
from publishing.read.percent import files
from publishing.read.prose import headings, rewrite_links, without_code
from publishing.run.failure import Failure
from publishing.site.house import broken_rules, rules_of
from publishing.site.links import Routes, is_local
from publishing.site.markdown import MathematicsError
from publishing.site.page import prose_of
from publishing.site.structure import StructureError
from publishing.tools.answers import answer_diagnostics
from publishing.tools.trial import Trial, try_out

_MOST = 50  # diagnostics of finished prose, of which each hides the next
_ANCHOR = re.compile(r"\bid=[\"'](?P<id>[^\"']+)|\{[^}\n]*#(?P<own>[\w-]+)")


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
    for note in notes:
        click.echo(f"{note} (A note: nothing is to do.)")
    if not diagnostics:
        click.echo(f"{name}: nothing is wrong.")
        return
    places: dict[tuple[Path, str], list[int]] = {}
    for diagnostic in diagnostics:
        places.setdefault((diagnostic.path, diagnostic.message), []).append(diagnostic.number)
    for (path, message), (first, *others) in places.items():
        also = f" (Also at line {', '.join(map(str, others))}.)" if others else ""
        click.echo(f"{Diagnostic(path, first, message)}{also}")
    raise click.ClickException(f"{counted(len(diagnostics), 'problem')} in {name}.")


def diagnostics_of(
    name: str, routes: Routes, convert: Callable[[str], str]
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """All that is wrong with a tutorial, by its lines, and where its page shows less than it gave.

    `convert` makes HTML of a page's Markdown.
    """
    path = routes.settings.source / f"{name}.py"
    try:
        trial = try_out(path, name, routes.settings)
    except SourceError as error:  # there are no cells
        return list(error.diagnostics), []
    tutorial, lesson = trial.tutorial, trial.lesson
    diagnostics = [*trial.diagnostics, *map(_of_failure, trial.failures)]
    diagnostics += [*_misnamed(tutorial, routes), *_not_in_nav(tutorial, routes)]
    diagnostics += [*_dead_links(tutorial, routes), *_of_prose(trial, routes, convert)]
    diagnostics += broken_rules(lesson, routes.site) if lesson else []
    notes: list[Diagnostic] = []
    if lesson and lesson.record:
        try:
            notes = make(lesson, routes).notes
            if not (trial.diagnostics or trial.failures):
                rules = rules_of(name, routes.site)
                diagnostics += answer_diagnostics(lesson, rules, routes.settings)
        except SourceError as error:
            diagnostics += error.diagnostics
        except Failure as failure:
            diagnostics.append(_of_failure(failure))
    unique = dict.fromkeys(diagnostics)
    return sorted(unique, key=lambda each: (each.path != path, each.path, each.number)), notes


def _of_failure(failure: Failure) -> Diagnostic:
    details = f"\n{failure.details}" if failure.details else ""
    return failure.line.diagnostic(f"{failure.headline}{details}")


def _misnamed(tutorial: Tutorial, routes: Routes) -> Iterator[Diagnostic]:
    """Exercises whose name another tutorial has, and kept answers to none of all exercises."""
    settings, owners = routes.settings, {}
    for path in files(settings.source).values():
        owners |= dict.fromkeys(_exercises(_text(path)), path) if path != tutorial.path else {}
    own = {cell.exercise: cell for cell in tutorial.cells if cell.exercise}
    for exercise, cell in own.items():
        if exercise in owners:
            message = f'exercise="{exercise}" is already taken by {relative(owners[exercise])}.'
            yield Diagnostic(tutorial.path, cell.number, message)
    for path in sorted(settings.answers.glob("*.py")):
        if path.stem not in owners | own:
            yield Diagnostic(path, 1, "is of no exercise; remove it, or name it after one.")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _exercises(percent: str) -> list[str]:
    return re.findall(r'^# *%%.*\bexercise="([^"]*)"', percent, re.MULTILINE)


def _not_in_nav(tutorial: Tutorial, routes: Routes) -> Iterator[Diagnostic]:
    if routes.folder(tutorial) not in routes.site.order:
        message = f"is not in the nav of mkdocs.yml; add `{routes.page(tutorial.name)}`."
        yield Diagnostic(tutorial.path, 1, message)


def _of_prose(trial: Trial, routes: Routes, convert: Callable[[str], str]) -> Iterator[Diagnostic]:
    """What a page cannot hold of text, mathematics and lists, found where Markdown became HTML."""
    path, known = trial.tutorial.path, {each.number for each in trial.diagnostics}
    link = partial(routes.for_page, trial.tutorial)
    cells = [cell for cell in trial.tutorial.cells if not cell.code]
    markdown = "\n\n".join(prose_of(cell, itertools.repeat("1"), link) for cell in cells)
    for _ in range(_MOST):
        try:
            convert(markdown)
            return
        except PageError as error:
            number = find_line(path, error.texts) or 1
            if number not in known:
                yield Diagnostic(path, number, str(error))
            text = next((text for text in error.texts if text and text in markdown), None)
            if not text or not isinstance(error, MathematicsError | StructureError):
                return  # without half an element, the other half would be told
            markdown = "\n\n".join(block for block in markdown.split("\n\n") if text not in block)


def _dead_links(tutorial: Tutorial, routes: Routes) -> Iterator[Diagnostic]:
    """Links and pictures of the prose that lead nowhere, seen from the sources.

    The build asks the finished site again.
    """
    for cell in (cell for cell in tutorial.cells if not cell.code):
        targets: list[str] = []
        rewrite_links(
            join(cell.lines), lambda target, found=targets: found.append(target) or target
        )
        for target in filter(is_local, dict.fromkeys(targets)):
            if missing := _missing(tutorial, target, routes):
                numbers = (line.number for line in cell.lines if target in line.text)
                message = f"{target} leads nowhere: there is no {missing}."
                yield Diagnostic(tutorial.path, next(numbers, cell.number), message)


def _missing(tutorial: Tutorial, target: str, routes: Routes) -> str:
    """What is not there of what a link leads to; empty if all is."""
    path, anchor = unquote(urlsplit(target).path), urlsplit(target).fragment
    folder = tutorial.path.parent
    file = (folder / path).resolve() if path else tutorial.path
    if file.suffix == ".ipynb" and file.with_suffix(".py").is_file():
        file = file.with_suffix(".py")
    url = posixpath.join(posixpath.dirname(routes.page(tutorial.name)), path)
    in_docs = routes.site.docs / posixpath.normpath(url)
    offered = posixpath.basename(path) in map(posixpath.basename, routes.site.files)
    if not (file.is_file() or in_docs.is_file() or offered):
        close = next(iter(routes.settings.source.rglob(f"{file.stem}.py")), None)
        way = f"; you mean {posixpath.relpath(close, folder)}" if close else ""
        return f"{relative(file)}{way}"
    if anchor and file.suffix in (".py", ".md") and not _has_anchor(file, anchor):
        return f"#{anchor} in {relative(file)}"
    return ""


def _has_anchor(path: Path, anchor: str) -> bool:
    """Whether a page has an anchor, by its letters and digits.

    Where the build writes a part of the page, it may have any.
    """
    text = _text(path)
    markdown = re.sub(r"(?m)^# ?", "", text) if path.suffix == ".py" else text
    own = [match["id"] or match["own"] or "" for match in _ANCHOR.finditer(without_code(markdown))]
    exercises = [f"exercise-{each}" for each in _exercises(text)]
    anchors = map(_bare, (*headings(markdown), *own, *exercises))
    return "<!-- build:" in text or _bare(anchor) in anchors


def _bare(anchor: str) -> str:
    return re.sub(r"[\W_]+", "", unquote(anchor).lower())
