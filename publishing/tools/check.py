"""`tutorials check`: all that is wrong with a tutorial, in one list."""

import itertools
import posixpath
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from publishing.build import make
from publishing.read.cells import Tutorial
from publishing.read.diagnostic import Diagnostic, PageError, SourceError, find_line, join, relative
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

_MOST = 50  # problems of finished prose, of which each hides the next
_MARKUP = re.compile(r"\bid=[\"'](?P<id>[^\"']+)|\{[^}\n]*#(?P<own>[\w-]+)")


def diagnostics_of(
    name: str, routes: Routes, convert: Callable[[str], str]
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """All that is wrong with a tutorial, by its lines, and where its page shows less than a notebook would.

    `convert` makes HTML of a page's Markdown.
    """
    path = routes.settings.source / f"{name}.py"
    try:
        trial = try_out(path, name, routes.settings)
    except SourceError as error:  # there are no cells
        return list(error.diagnostics), []
    diagnostics = [*trial.diagnostics, *map(told, trial.failures), *taken(trial.tutorial, routes)]
    diagnostics += [*not_in_nav(trial.tutorial, routes), *dead_links(trial.tutorial, routes)]
    diagnostics += prose_diagnostics(trial, routes, convert)
    notes: list[Diagnostic] = []
    if lesson := trial.lesson:
        diagnostics += broken_rules(lesson, routes.site)
    if lesson and lesson.record:
        try:
            notes = make(lesson, routes).notes
            if not (trial.diagnostics or trial.failures):
                diagnostics += answer_diagnostics(
                    lesson, rules_of(name, routes.site), routes.settings
                )
        except SourceError as error:
            diagnostics += error.diagnostics
        except Failure as failure:
            diagnostics.append(told(failure))
    return sorted(
        dict.fromkeys(diagnostics), key=lambda each: (each.path != path, each.path, each.number)
    ), notes


def told(failure: Failure) -> Diagnostic:
    """A failure of a run as a problem of its line."""
    details = f"\n{failure.details}" if failure.details else ""
    return failure.line.diagnostic(f"{failure.headline}{details}")


def taken(tutorial: Tutorial, routes: Routes) -> Iterator[Diagnostic]:
    """Exercises whose name another tutorial has, and kept answers to exercises that no tutorial has."""
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


def not_in_nav(tutorial: Tutorial, routes: Routes) -> Iterator[Diagnostic]:
    """A tutorial that the navigation does not name."""
    if routes.folder(tutorial) not in routes.site.order:
        yield Diagnostic(
            tutorial.path,
            1,
            f"is not in the nav of mkdocs.yml; add `{routes.page(tutorial.name)}`.",
        )


def prose_diagnostics(
    trial: Trial, routes: Routes, convert: Callable[[str], str]
) -> Iterator[Diagnostic]:
    """What a page cannot hold of the text, mathematics and lists, found where Markdown has become HTML."""
    cells = [cell for cell in trial.tutorial.cells if not cell.code]
    known = {diagnostic.number for diagnostic in trial.diagnostics}
    link = partial(routes.for_page, trial.tutorial)
    markdown = "\n\n".join(prose_of(cell, itertools.repeat("1"), link) for cell in cells)
    for _ in range(_MOST):
        try:
            convert(markdown)
            return
        except PageError as error:
            number = find_line(trial.tutorial.path, error.texts) or 1
            same = (
                _equal_lines(trial.tutorial, number)
                if isinstance(error, MathematicsError)
                else [number]
            )
            yield from (
                Diagnostic(trial.tutorial.path, each, str(error))
                for each in same
                if each not in known
            )
            text = next((text for text in error.texts if text and text in markdown), None)
            if not text or not isinstance(error, MathematicsError | StructureError):
                return  # without half an element, the other half would be told
            markdown = "\n\n".join(block for block in markdown.split("\n\n") if text not in block)


def _equal_lines(tutorial: Tutorial, number: int) -> list[int]:
    """The lines of the prose that say the same as one of them: the formula that they are of is as wrong."""
    lines = [line for cell in tutorial.cells if not cell.code for line in cell.lines]
    text = next((line.text.strip() for line in lines if line.number == number), None)
    return [line.number for line in lines if line.text.strip() == text] or [number]


def dead_links(tutorial: Tutorial, routes: Routes) -> Iterator[Diagnostic]:
    """Links and pictures of the prose that lead nowhere; the built site is asked again, by its HTML."""
    for cell in (cell for cell in tutorial.cells if not cell.code):
        targets: dict[str, None] = {}
        rewrite_links(
            join(cell.lines), lambda target, found=targets: found.setdefault(target) or target
        )
        for target in filter(is_local, targets):
            if missing := _missing(tutorial, target, routes):
                number = next(
                    (line.number for line in cell.lines if target in line.text), cell.number
                )
                yield Diagnostic(
                    tutorial.path, number, f"{target} leads nowhere: there is no {missing}."
                )


def _missing(tutorial: Tutorial, target: str, routes: Routes) -> str:
    """What is not there of what a link leads to; empty if all is."""
    path, anchor = unquote(urlsplit(target).path), urlsplit(target).fragment
    beside = tutorial.path.parent
    file = (beside / path).resolve() if path else tutorial.path
    if file.suffix == ".ipynb" and file.with_suffix(".py").is_file():
        file = file.with_suffix(".py")
    in_docs = routes.site.docs / posixpath.normpath(
        posixpath.join(posixpath.dirname(routes.page(tutorial.name)), path)
    )
    offered = posixpath.basename(path) in map(posixpath.basename, routes.site.files)
    if not (file.is_file() or in_docs.is_file() or offered):
        close = next(iter(routes.settings.source.rglob(f"{file.stem}.py")), None)
        return f"{relative(file)}" + (
            f"; you mean {posixpath.relpath(close, beside)}" if close else ""
        )
    if anchor and file.suffix in (".py", ".md") and not _has_anchor(file, anchor):
        return f"#{anchor} in {relative(file)}"
    return ""


def _has_anchor(path: Path, anchor: str) -> bool:
    """Whether a page has an anchor, by its letters and digits, or may have it, where the build writes a part of it."""
    text = _text(path)
    exercises = _exercises(text)
    markdown = re.sub(r"(?m)^# ?", "", text) if path.suffix == ".py" else text
    own = [match["id"] or match["own"] or "" for match in _MARKUP.finditer(without_code(markdown))]
    anchors = map(_bare, (*headings(markdown), *own, *(f"exercise-{each}" for each in exercises)))
    return "<!-- build:" in text or _bare(anchor) in anchors


def _bare(anchor: str) -> str:
    return re.sub(r"[\W_]+", "", unquote(anchor).lower())
