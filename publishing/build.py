"""All tutorials in, the files of the site out; knows neither MkDocs nor the command line."""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from nbformat import NotebookNode

from publishing.read.problem import SourceError
from publishing.read.prose import rewrite_links
from publishing.run.progress import Progress
from publishing.run.schedule import Lesson, load, run
from publishing.site import downloads, indexes, report
from publishing.site.links import Routes
from publishing.site.page import markdown, page


@dataclass(frozen=True)
class Built:
    """What the tutorials have become.

    Attributes:
      lessons: the tutorials with their records, in the order of the course.
      pages: the notebook of each page for its template, by its place in the site's sources.
      files: figures, downloads and the report for programs, by their place in the site.
    """

    lessons: list[Lesson]
    pages: dict[str, NotebookNode]
    files: dict[str, bytes]


def build(routes: Routes, progress: Progress | None = None) -> Built:
    """Read all tutorials, run what has no record, and make what readers get.

    Raises:
      SourceError: with every mistake in an author's file.
      Failures: for tutorials that do not run as they should.
    """
    settings, site = routes.settings, routes.site
    lessons = run(load(settings), settings, progress)
    places = {uri: number for number, uri in enumerate(site.order)}
    lessons.sort(key=lambda lesson: places.get(routes.page(lesson.name), len(places)))
    pages, files, problems = {}, {}, []
    for lesson in lessons:
        try:
            pages[routes.page(lesson.name)], figures = page(lesson, routes)
        except SourceError as error:
            problems += error.problems
            continue
        folder = routes.folder(lesson.solved.tutorial)
        files |= {f"{folder}/{name}": figure.content for name, figure in figures.items()}
    if problems:
        raise SourceError(*problems)
    files |= downloads.published(lessons, routes)
    if site.report:
        address = posixpath.splitext(site.report)[0]
        files[f"{address}/report.json"] = report.as_json(lessons, settings.versions).encode()
    return Built(lessons, pages, files)


def write(built: Built, routes: Routes, folder: Path) -> None:
    """Write the sources of a site that any generator can build which reads Markdown: pages, figures and downloads.

    Args:
      built: the tutorials.
      routes: where the pages written by hand lie.
      folder: gets a copy of the folder of those, with the pages of the tutorials in it.

    Raises:
      SourceError: for a placeholder that nothing stands behind.
    """
    shutil.copytree(routes.site.docs, folder, dirs_exist_ok=True)
    pages = {uri: markdown(notebook) for uri, notebook in built.pages.items()}
    for path in sorted(routes.site.docs.rglob("*.md")):
        uri = path.relative_to(routes.site.docs).as_posix()
        text = indexes.fill(path.read_text(encoding="utf-8"), path, uri, built.lessons, routes)
        pages[uri] = rewrite_links(text, partial(_to_markdown, posixpath.dirname(uri), built.pages.keys()))
    for uri, content in (pages | built.files).items():
        (folder / uri).parent.mkdir(parents=True, exist_ok=True)
        (folder / uri).write_bytes(content.encode() if isinstance(content, str) else content)


def _to_markdown(folder: str, pages: Collection[str], target: str) -> str:
    """A link of a page in a folder; one to the notebook of a tutorial leads to its page, if that is Markdown."""
    path, hash_, anchor = target.partition("#")
    page = posixpath.splitext(path)[0] + ".md"
    return page + hash_ + anchor if posixpath.normpath(posixpath.join(folder, page)) in pages else target
