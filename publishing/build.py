"""All tutorials in, the files of the site out; knows neither MkDocs nor the command line."""

import posixpath
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from publishing.load import load
from publishing.read.diagnostic import Diagnostic, SourceError
from publishing.run.lesson import Lesson
from publishing.run.record import Record, atomic_write
from publishing.run.schedule import run
from publishing.site.downloads import archive, downloads
from publishing.site.house import broken_rules
from publishing.site.links import Routes, is_image, read_image
from publishing.site.outputs import notes
from publishing.site.page import page

# What pages written by hand show of a tutorial that has not run yet.
_NO_COVER = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"/>'


@dataclass
class Built:
    """What the tutorials have become."""

    lessons: list[Lesson]  # with a record each, in the order of the course
    pages: dict[str, str] = field(default_factory=dict)  # Markdown, by places in the site's sources
    # Figures and downloads by their places in the site.
    files: dict[str, Path] = field(default_factory=dict)
    warnings: list[Diagnostic] = field(default_factory=list)  # rules of the course that are broken
    notes: list[Diagnostic] = field(default_factory=list)  # where a page shows less than a notebook


class Made(NamedTuple):
    """What readers get of a tutorial, and what its author hears."""

    markdown: str
    downloads: dict[str, bytes]
    figures: dict[str, bytes]
    warnings: list[Diagnostic]
    notes: list[Diagnostic]


def build(routes: Routes, folder: Path, *, wait: bool = True) -> Built:
    """Read all tutorials, run what has no record, and write what readers get into a folder.

    Without `wait` nothing runs, and a tutorial without a record has a blank one. Raises a
    SourceError or Failures.
    """
    settings = routes.settings
    lessons = load(settings)
    if wait:
        lessons = run(lessons, settings)
    else:
        lessons = [replace(x, record=x.record or Record.blank(x.name, x.key)) for x in lessons]
    places = {uri: number for number, uri in enumerate(routes.site.order)}
    lessons.sort(key=lambda lesson: places.get(routes.folder(lesson.tutorial), len(places)))
    return _built(lessons, routes, folder)


def _built(lessons: list[Lesson], routes: Routes, folder: Path) -> Built:
    """The pages of lessons with their figures and downloads, the archive of these."""
    settings, site = routes.settings, routes.site
    root = settings.source.parent
    images = [path for path in settings.source.rglob("*.*") if is_image(path)]
    built = Built(lessons)
    for path in images:
        name = path.relative_to(root).as_posix()
        built.files[name] = write_if_new(folder / name, read_image(path))
    built.files |= {PurePosixPath(name).name: root / name for name in site.files}
    by_hand = (site.glossary, site.reference, *routes.references().values())
    read_by_pages = [settings.project, *(site.docs / name for name in by_hand if name), *images]
    archived, diagnostics = {}, []
    for lesson in lessons:
        try:
            made = lesson.known(make, routes, files=read_by_pages)
        except SourceError as error:
            diagnostics += error.diagnostics
            continue
        built.pages[routes.page(lesson.name)] = made.markdown
        built.warnings += made.warnings
        built.notes += made.notes
        place = routes.folder(lesson.tutorial)
        for name, content in (made.downloads | made.figures).items():
            built.files[f"{place}/{name}"] = write_if_new(folder / place / name, content)
        part = posixpath.dirname(lesson.name)
        for name in made.downloads.keys() - {"record.json"}:
            archived[posixpath.join(part, name)] = built.files[f"{place}/{name}"]
        for name, content in lesson.solved.data.items():
            uri = posixpath.join(posixpath.dirname(place), name)
            built.files[uri] = write_if_new(folder / uri, content)
            archived[posixpath.join(part, name)] = built.files[uri]
    if diagnostics:
        raise SourceError(*dict.fromkeys(diagnostics))
    name = f"{settings.source.name}/all.zip"
    built.files[name] = archive(archived, folder / name)
    return built


def write_if_new(path: Path, content: bytes) -> Path:
    """The path of a file that has this content; if it had it before, it stays as old as it is."""
    if not path.is_file() or path.read_bytes() != content:
        atomic_write(path, content)
    return path


def make(lesson: Lesson, routes: Routes) -> Made:
    """What becomes of a tutorial with its record.

    Raises a SourceError with all that keeps its page from being made.
    """
    diagnostics = [] if lesson.record.pending else _silent_cells(lesson)
    try:
        markdown, figures = page(lesson, routes)
    except SourceError as error:
        raise SourceError(*diagnostics, *error.diagnostics) from None
    if diagnostics:
        raise SourceError(*diagnostics)
    if lesson.record.pending:
        return Made(markdown, {}, {"cover.svg": _NO_COVER}, [], [])
    drawn = {name: figure.content for name, figure in figures.items()}
    link = partial(routes.for_download, lesson.tutorial)
    files = downloads(lesson, routes.settings, link, routes.data(lesson.tutorial))
    return Made(markdown, files, drawn, broken_rules(lesson, routes.site), _notes(lesson))


def _silent_cells(lesson: Lesson) -> list[Diagnostic]:
    """The short version, and checks, that print nothing: a reader would not know that they ran."""
    diagnostics = []
    for cell, outputs in zip(lesson.solved.code, lesson.record.run.outputs, strict=True):
        printed = any(output.get("name") == "stdout" or "ename" in output for output in outputs)
        if (cell.check and not printed) or ("short" in cell.tags and not outputs):
            what = f"the check of `{cell.check}`" if cell.check else "the short version"
            silent = f"{what} prints nothing; let its last line print what it has shown."
            diagnostics.append(Diagnostic(cell.path, cell.number, silent))
    return diagnostics


def _notes(lesson: Lesson) -> list[Diagnostic]:
    """Where the page shows less of an output than a notebook would."""
    return [
        Diagnostic(cell.path, cell.number, note)
        for cell, outputs in zip(lesson.solved.code, lesson.record.run.outputs, strict=True)
        if "hidden" not in cell.tags
        for note in notes(outputs)
    ]
