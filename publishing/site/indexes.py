"""What the build puts into pages written by hand, at a line such as `<!-- build: exercises -->`."""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from publishing.assemble.snippets import read_module
from publishing.read.diagnostic import Diagnostic, SourceError, counted, line_of
from publishing.read.prose import replace_outside_code
from publishing.run.lesson import Lesson
from publishing.settings import Site
from publishing.site import report
from publishing.site.code import Names
from publishing.site.definitions import names_to_define, shown_snippets
from publishing.site.links import Routes
from publishing.site.summary import labelled, last_heading, minutes_to_learn

Link = Callable[[str], str]  # where the page of a tutorial of this name is
Lessons = Sequence[Lesson]

_PLACEHOLDER = re.compile(r"^[ \t]*<!--\s*build\b:?(?P<name>[^\n]*?)-->[ \t]*$", re.MULTILINE)
_MANY = 2  # links that a cell of a table may show
_SAMPLE = re.compile(r"^<!-- sample -->\n(.*?)^<!-- /sample -->$", re.MULTILINE | re.DOTALL)
_MODULE = """\
::: {name}
    options:
      members: []
      heading_level: 2
      show_root_full_path: true
"""


def fill(
    markdown: str, uri: str, lessons: Lessons, pages: Mapping[str, str], routes: Routes
) -> str:
    """A page, at `uri` below docs, with each placeholder replaced.

    `pages` are the Markdown of the tutorials. Raises a SourceError for a placeholder that is not
    known.
    """

    def link(tutorial: str) -> str:
        return posixpath.relpath(routes.page(tutorial), posixpath.dirname(uri))

    makers = {
        "exercises": partial(exercises, lessons, routes.settings.snippets.name, link),
        "facts": partial(facts, lessons, routes.site),
        "hours": partial(hours, lessons),
        "progress": partial(progress, lessons),
        "names": partial(names, lessons, link, routes),
        "reference": partial(reference, lessons, routes.settings.snippets, link),
        "sample": lambda name: "\n".join(_SAMPLE.findall(pages.get(routes.page(name), ""))),
        "report": partial(report.table, lessons, link),
        "versions": partial(report.versions, lessons, link, routes),
    }

    def put(match: re.Match) -> str:
        name, _, arguments = match["name"].strip().partition(" ")
        if maker := makers.get(name):
            return maker(*arguments.split())
        known = " or ".join(f"`<!-- build: {name} -->`" for name in makers)
        message = f"the build has nothing for this placeholder; write {known}."
        path = routes.site.docs / uri
        raise SourceError(Diagnostic(path, line_of(path, [match[0]]), message))

    return replace_outside_code(_PLACEHOLDER, put, markdown)


def facts(lessons: Lessons, site: Site) -> str:
    """A sentence on how much there is, and on when and with what it last ran."""
    if not lessons:
        return "There are no tutorials yet."
    looked_up = sum(not site.is_course(lesson.name) for lesson in lessons)
    course = counted(len(lessons) - looked_up, "tutorial")
    if looked_up:
        course = f"{course} and {counted(looked_up, 'page to look things up in')}"
    course += f", {_tasks(lessons)}"
    ran = [lesson for lesson in lessons if not lesson.record.pending]
    if not ran:
        return f"{course}; none of them has run yet."
    ran.sort(key=lambda lesson: lesson.record.executed_at)
    versions = {name: known for lesson in ran for name, known in lesson.key.versions.items()}
    used = ", ".join([*labelled(versions, site.labels), f"Python {ran[-1].key.python}"])
    return f"{course}; last run on {ran[-1].record.executed_at[:10]} with {used}."


def hours(lessons: Lessons, *names: str) -> str:
    """How long tutorials or folders of them take with their exercises, within a sentence."""
    minutes = sum(
        minutes_to_learn(lesson)
        for lesson in lessons
        if {lesson.name, posixpath.dirname(lesson.name)} & {*names}
    )
    return f"about {round(minutes / 60)} hours"


def progress(lessons: Lessons) -> str:
    """How many pages and exercises there are; a script says how many of them a reader knows."""
    pages = counted(len(lessons), "page")
    return f'<p class="progress">{pages}, {_tasks(lessons)}</p>'


def _tasks(lessons: Lessons) -> str:
    cells = (cell for lesson in lessons for cell in lesson.tutorial.cells)
    count = sum(cell.exercise is not None for cell in cells)
    return counted(count, "exercise")


def _page_link(lesson: Lesson, link: Link) -> str:
    return f"[{lesson.tutorial.title}]({link(lesson.name)})"


def exercises(lessons: Lessons, package: str, link: Link) -> str:
    """The Markdown of a table of all exercises."""
    rows = []
    for lesson in lessons:
        page, stem = link(lesson.name), lesson.tutorial.path.stem
        file = f"{posixpath.splitext(page)[0]}/{stem}.ipynb"
        notebook = "notebook" if lesson.record.pending else f"[notebook]({file})"
        for exercise, title, *about in lesson.known(_titles, package):
            task = f"[{title}]({page}#exercise-{exercise})"
            cells = (str(len(rows) + 1), task, *about, _page_link(lesson, link), notebook)
            rows.append(f"| {' | '.join(cells)} |\n")
    head = "no. | exercise | you define | kind | minutes | page | work on it"
    return f"| {head} |\n|--:|---|---|---|--:|---|---|\n{''.join(rows)}"


def _titles(lesson: Lesson, package: str) -> list[tuple[str, ...]]:
    """The id of each exercise, its title, what one defines, its kind and its minutes."""
    cells, titles, heading = lesson.tutorial.cells, [], re.compile("^Exercise: ")
    for place, cell in enumerate(cells):
        if cell.exercise:
            title = heading.sub("", last_heading(cells[:place])) or cell.exercise
            defined = ", ".join(f"`{name}`" for name in names_to_define(cells, cell, package))
            about = (defined, cell.kind or "", cell.minutes or "")
            titles.append((cell.exercise, title[0].upper() + title[1:], *about))
    return titles


def names(lessons: Lessons, link: Link, routes: Routes, *packages: str) -> str:
    """A table for each package: its documented names in the code of pages, and where they are.

    To look all names up takes a fifth of a first build, so a served site has them when all has run.
    """
    if any(lesson.record and lesson.record.pending for lesson in lessons):
        return "These tables follow when all pages have run."
    urls: dict[str, str] = {}
    places: dict[str, list[tuple[str, str]]] = {}
    documentation, snippets = routes.site.documentation, routes.settings.snippets
    for lesson in lessons:
        for name, url, heading in lesson.known(_names_used, documentation, snippets):
            urls.setdefault(name, url)
            places.setdefault(name, []).append((_page_link(lesson, link), heading))
    tables = []
    for package in packages:
        rows = []
        for name in sorted(name for name in urls if name.partition(".")[0] == package):
            (page, heading), *others = places[name]
            first = f"{page}: {heading}" if heading else page
            also = _folded([page for page, _ in others])
            rows.append(f"| [`{name}`]({urls[name]}) | {first} | {also} |\n")
        head = "| name | first used | also on |\n|---|---|---|\n"
        tables.append(f"## {package}\n\n{head}{''.join(rows)}")
    return "\n".join(tables)


def _folded(pages: Sequence[str]) -> str:
    """Links to pages, behind their number if they are many."""
    if len(pages) <= _MANY:
        return ", ".join(pages)
    count = f"{len(pages)} pages"
    return f"<details><summary>{count}</summary>{', '.join(pages)}</details>"


def _names_used(
    lesson: Lesson, documentation: Mapping[str, str], snippets: Path
) -> list[tuple[str, str, str]]:
    """The documented names in the code of a page, each with its address and the heading above."""
    known, found = Names(lesson.solved, documentation, snippets), []
    for place, cell in enumerate(lesson.solved.cells):
        if not cell.code or cell.check or "hidden" in cell.tags:
            continue
        heading = last_heading(lesson.solved.cells[:place])
        found += [(link.name, link.url, heading) for link in known.links(cell.lines)]
    return found


def reference(lessons: Lessons, snippets: Path, link: Link, folder: str = "") -> str:
    """An entry for mkdocstrings for each definition, with the tutorials that show its code.

    With a folder of the snippets only for its modules, with `.` for those that are in no folder.
    """
    shown, checking = {}, set()
    for lesson in lessons:
        visible, support = lesson.known(shown_snippets, snippets)
        checking |= support
        for snippet in visible:
            shown.setdefault(snippet, []).append(_page_link(lesson, link))
    entries = []
    for module, path in modules(snippets):
        if folder and path.parent.relative_to(snippets).as_posix() != folder:
            continue
        entries.append(_MODULE.format(name=module))
        pieces = read_module(path, snippets.name).pieces
        for name in (name for name in pieces if pieces[name].block and not name.startswith("_")):
            entries.append(f"::: {module}.{name}\n")
            if pages := shown.get((path, name)):
                entries.append(f"Shown in: {', '.join(pages)}.\n")
            elif (path, name) in checking:
                entries.append("Used by the checks of exercises.\n")
    return "\n".join(entries)


def modules(snippets: Path) -> Iterator[tuple[str, Path]]:
    """The modules of a folder of snippets by dotted name."""
    for path in sorted(snippets.rglob("*.py")):
        parts = path.relative_to(snippets.parent).with_suffix("").parts
        if not any(part.startswith("_") for part in parts):
            yield ".".join(parts), path
