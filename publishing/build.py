"""All tutorials in, the files of the site out; knows neither MkDocs nor the command line."""

import posixpath
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from publishing.read.problem import Problem, SourceError
from publishing.read.prose import rewrite_links
from publishing.run.cache import Cache
from publishing.run.schedule import Lesson, load, run
from publishing.site import indexes, report
from publishing.site.downloads import archive, downloads
from publishing.site.links import Routes, is_image
from publishing.site.page import page

PAGE_LIMIT = 1_000_000  # characters that a page may have as Markdown


@dataclass(frozen=True)
class Built:
    """What the tutorials have become."""

    lessons: list[Lesson]  # with their records, in the order of the course
    pages: dict[str, str]  # Markdown, by their places in the site's sources
    files: dict[str, bytes]  # figures, downloads and the report for programs, by their places in the site


def build(routes: Routes) -> Built:
    """Read all tutorials, run what has no record, and make what readers get; raises a SourceError or Failures."""
    settings, site = routes.settings, routes.site
    cache = Cache(settings.cache, settings.source.parent)
    lessons = run(load(settings), settings)
    places = {uri: number for number, uri in enumerate(site.order)}
    lessons.sort(key=lambda lesson: places.get(routes.folder(lesson.solved.tutorial), len(places)))
    images = [path for path in settings.source.rglob("*.*") if is_image(path)]
    shared = [
        settings.project,
        *(site.docs / name for name in (site.glossary, site.reference, *routes.references().values()) if name),
        *images,
    ]
    pages, home, problems = {}, {}, []
    files = {path.relative_to(settings.source.parent).as_posix(): path.read_bytes() for path in images}
    for lesson in lessons:
        source = (routes, lesson.solved, lesson.student, lesson.record)
        try:
            pages[routes.page(lesson.name)], taken, figures = cache(source, partial(_make, lesson, routes), shared)
        except SourceError as error:
            problems += error.problems
            continue
        folder, part = routes.folder(lesson.solved.tutorial), posixpath.dirname(lesson.name)
        files |= {f"{folder}/{name}": content for name, content in (taken | figures).items()}
        home |= {posixpath.join(part, name): content for name, content in taken.items() if name != "record.json"}
    if problems:
        raise SourceError(*dict.fromkeys(problems))
    files[f"{settings.source.name}/all.zip"] = archive(home)
    root = settings.source.parent
    files |= {PurePosixPath(name).name: (root / name).read_bytes() for name in site.files}
    if site.report:
        files[f"{posixpath.splitext(site.report)[0]}/report.json"] = report.as_json(lessons, settings.versions).encode()
    return Built(lessons, pages, files)


def _make(lesson: Lesson, routes: Routes) -> tuple[str, dict[str, bytes], dict[str, bytes]]:
    markdown, figures = page(lesson, routes)
    if len(markdown) > PAGE_LIMIT:
        heavy = (
            f"its page has {len(markdown) / 1e6:.1f} MB without its figures, and {PAGE_LIMIT / 1e6:.0f} MB is the limit"
        )
        raise SourceError(Problem(lesson.solved.tutorial.path, 1, f"{heavy}; show less, or make two tutorials of it."))
    files = downloads(lesson, routes.settings, partial(routes.for_download, lesson.solved.tutorial))
    return markdown, files, {name: figure.content for name, figure in figures.items()}


def write(built: Built, routes: Routes, folder: Path) -> None:
    """Write all pages as Markdown, figures and downloads into a folder; an unknown placeholder is a SourceError."""
    shutil.copytree(routes.site.docs, folder, dirs_exist_ok=True)
    pages = dict(built.pages)
    for path in sorted(routes.site.docs.rglob("*.md")):
        uri = path.relative_to(routes.site.docs).as_posix()
        text = indexes.fill(path.read_text(encoding="utf-8"), uri, built.lessons, built.pages, routes)
        pages[uri] = rewrite_links(text, partial(_to_markdown, posixpath.dirname(uri), built.pages.keys()))
    for uri, content in (pages | built.files).items():
        (folder / uri).parent.mkdir(parents=True, exist_ok=True)
        (folder / uri).write_bytes(content.encode() if isinstance(content, str) else content)


def _to_markdown(folder: str, pages: Collection[str], target: str) -> str:
    """A link of a page in a folder; one to the notebook of a tutorial leads to its page, if that is Markdown."""
    path, hash_, anchor = target.partition("#")
    page = posixpath.splitext(path)[0] + ".md"
    return page + hash_ + anchor if posixpath.normpath(posixpath.join(folder, page)) in pages else target
