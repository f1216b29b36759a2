"""All tutorials in, the files of the site out; knows neither MkDocs nor the command line."""

import posixpath
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from publishing.load import load
from publishing.read.diagnostic import Diagnostic, SourceError
from publishing.read.prose import rewrite_links
from publishing.run.lesson import Kept, Lesson
from publishing.run.record import atomic_write
from publishing.run.schedule import run
from publishing.site import indexes, report
from publishing.site.downloads import archive, downloads
from publishing.site.house import broken_rules
from publishing.site.links import Routes, is_image, is_local
from publishing.site.outputs import notes
from publishing.site.page import page
from publishing.site.summary import is_pending

PAGE_LIMIT = 1_000_000  # characters that a page may have as Markdown


class Texts(Mapping[str, str]):
    """Files of text by name; each is read when it is asked for, since a course may have thousands."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self.paths = paths

    def __getitem__(self, name: str) -> str:
        return self.paths[name].read_text(encoding="utf-8")

    def __contains__(self, name: object) -> bool:
        return name in self.paths

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)


@dataclass(frozen=True)
class Built:
    """What the tutorials have become."""

    lessons: list[Kept]  # with a record each, in the order of the course
    pages: Texts  # Markdown, by their places in the site's sources
    files: dict[
        str, Path
    ]  # figures, downloads and the report for programs, by their places in the site
    remarks: list[
        Diagnostic
    ]  # rules of the course that tutorials break: nothing that keeps a page from being made
    notes: list[Diagnostic]  # where a page shows less than a notebook would


def build(routes: Routes, folder: Path) -> Built:
    """Read all tutorials, run what has no record, and write what readers get into a folder, page by page.

    Raises a SourceError or Failures.
    """
    settings, site = routes.settings, routes.site
    root = settings.source.parent
    lessons = run(load(settings), settings)
    places = {uri: number for number, uri in enumerate(site.order)}
    lessons.sort(key=lambda lesson: places.get(routes.folder(lesson.tutorial), len(places)))
    images = [path for path in settings.source.rglob("*.*") if is_image(path)]
    shared = [
        settings.project,
        *(
            site.docs / name
            for name in (site.glossary, site.reference, *routes.references().values())
            if name
        ),
        *images,
    ]
    pages, archived, diagnostics, remarks, told = {}, {}, [], [], []
    files = {path.relative_to(root).as_posix(): path for path in images}
    files |= {PurePosixPath(name).name: root / name for name in site.files}
    for lesson in lessons:
        try:
            markdown, taken, figures, broken, less = lesson.known(make, routes, files=shared)
        except SourceError as error:
            diagnostics += error.diagnostics
            continue
        remarks, told = remarks + broken, told + less
        uri, place = routes.page(lesson.name), routes.folder(lesson.tutorial)
        part = posixpath.dirname(lesson.name)
        pages[uri] = _written(folder / "pages" / uri, markdown.encode())
        made = {
            name: _written(folder / "files" / place / name, content)
            for name, content in (taken | figures).items()
        }
        files |= {f"{place}/{name}": path for name, path in made.items()}
        archived |= {
            posixpath.join(part, name): made[name] for name in taken if name != "record.json"
        }
    if diagnostics:
        raise SourceError(*dict.fromkeys(diagnostics))
    files[f"{settings.source.name}/all.zip"] = archive(
        archived, folder / "files" / settings.source.name / "all.zip"
    )
    if site.report:
        name, content = (
            f"{posixpath.splitext(site.report)[0]}/report.json",
            report.as_json(lessons, settings.versions),
        )
        files[name] = _written(folder / "files" / name, content.encode())
    return Built(lessons, Texts(pages), files, remarks, told)


def _written(path: Path, content: bytes) -> Path:
    """The path of a file that has this content; if it had it before, it stays as old as it is."""
    if not path.is_file() or path.read_bytes() != content:
        atomic_write(path, content)
    return path


class Made(NamedTuple):
    """What readers get of a tutorial, and what its author hears."""

    markdown: str
    downloads: dict[str, bytes]
    figures: dict[str, bytes]
    remarks: list[Diagnostic]  # which rules of the course it breaks
    notes: list[Diagnostic]


def make(lesson: Lesson, routes: Routes) -> Made:
    """What becomes of a tutorial with its record; raises a SourceError with all that keeps its page from being made."""
    outputs = list(zip(lesson.solved.code, lesson.record.run.outputs, strict=True))
    silent = "prints nothing; let its last line print what it has shown."
    diagnostics = [
        Diagnostic(cell.path, cell.number, f"the check of `{cell.check}` {silent}")
        for cell, its in outputs
        if cell.check
        and not is_pending(lesson)
        and not any(output.get("name") == "stdout" for output in its)
    ]
    try:
        markdown, figures = page(lesson, routes)
    except SourceError as error:
        diagnostics += error.diagnostics
    if diagnostics:
        raise SourceError(*diagnostics)
    if len(markdown) > PAGE_LIMIT:
        heavy = f"its page has {len(markdown) / 1e6:.1f} MB without its figures, and {PAGE_LIMIT / 1e6:.0f} MB is the limit"
        raise SourceError(
            Diagnostic(
                lesson.solved.tutorial.path, 1, f"{heavy}; show less, or make two tutorials of it."
            )
        )
    files = downloads(lesson, routes.settings, partial(routes.for_download, lesson.solved.tutorial))
    drawn = {name: figure.content for name, figure in figures.items()}
    seen = [(cell, its) for cell, its in outputs if "hidden" not in cell.tags]
    told = [Diagnostic(cell.path, cell.number, note) for cell, its in seen for note in notes(its)]
    return Made(markdown, files, drawn, broken_rules(lesson, routes.site), told)


def write(built: Built, routes: Routes, folder: Path) -> None:
    """Write all pages as Markdown, figures and downloads into a folder; an unknown placeholder is a SourceError."""
    shutil.copytree(routes.site.docs, folder, dirs_exist_ok=True)
    for path in sorted(routes.site.docs.rglob("*.md")):
        uri = path.relative_to(routes.site.docs).as_posix()
        text = indexes.fill(
            path.read_text(encoding="utf-8"), uri, built.lessons, built.pages, routes
        )
        link = partial(_to_markdown, posixpath.dirname(uri), built.pages)
        _written(folder / uri, rewrite_links(text, link, partial(_from_source, uri)).encode())
    for uri, path in (built.pages.paths | built.files).items():
        (folder / uri).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / uri)


def _to_markdown(folder: str, pages: Collection[str], target: str) -> str:
    """A link of a page in a folder; one to the notebook of a tutorial leads to its page, if that is Markdown."""
    path, hash_, anchor = target.partition("#")
    page = posixpath.splitext(path)[0] + ".md"
    return (
        page + hash_ + anchor
        if posixpath.normpath(posixpath.join(folder, page)) in pages
        else target
    )


def _from_source(uri: str, target: str) -> str:
    """A link in the HTML of a page, which MkDocs leaves as it is, seen from the source of the page."""
    stem = PurePosixPath(uri).stem
    beside = is_local(target) and not target.startswith(("#", "/")) and stem != "index"
    return (
        posixpath.normpath(posixpath.join(stem, target)) + "/" * target.endswith("/")
        if beside
        else target
    )
