"""What the build puts into pages written by hand, where a line says `<!-- build: exercises -->` or the like."""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from publishing.assemble.snippets import read_module
from publishing.read.diagnostic import Diagnostic, SourceError, counted, join, line_of
from publishing.read.prose import blocks, headings, replace_outside_code
from publishing.run.lesson import Lesson
from publishing.settings import Site
from publishing.site import report
from publishing.site.code import Names
from publishing.site.definitions import names_to_define, shown_snippets
from publishing.site.links import Routes

Link = Callable[[str], str]  # where the page of a tutorial of this name is
Lessons = Sequence[Lesson]

_PLACEHOLDER = re.compile(r"^[ \t]*<!--\s*build\b:?(?P<name>[^\n]*?)-->[ \t]*$", re.MULTILINE)
_EXERCISES = """\
| no. | exercise | you define | kind | minutes | page | work on it |
|--:|---|---|---|--:|---|---|
"""
_MANY = 2  # links that a cell of a table may show
_EMPTY = "\0"  # in the place of a placeholder for which there is nothing
_SAMPLE = re.compile(r"^<!-- sample -->\n(.*?)^<!-- /sample -->$", re.MULTILINE | re.DOTALL)
_MODULE = "::: {name}\n    options:\n      members: []\n      heading_level: 2\n      show_root_full_path: true\n"


def fill(
    markdown: str, uri: str, lessons: Lessons, pages: Mapping[str, str], routes: Routes
) -> str:
    """A page, at `uri` below docs, with each placeholder replaced; raises a SourceError for one that it cannot fill.

    A section is left out if there is nothing for the placeholder in it. `pages` are the Markdown of the tutorials.
    """

    def link(tutorial: str) -> str:
        return posixpath.relpath(routes.page(tutorial), posixpath.dirname(uri))

    makers = {
        "exercises": partial(exercises, lessons, routes.settings.snippets.name, link),
        "facts": partial(facts, lessons, routes.site),
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
            return maker(*arguments.split()) or _EMPTY
        known = " or ".join(f"`<!-- build: {name} -->`" for name in makers)
        message, path = (
            f"the build has nothing for this placeholder; write {known}.",
            routes.site.docs / uri,
        )
        raise SourceError(Diagnostic(path, line_of(path, [match[0]]), message))

    return _without_empty_sections(replace_outside_code(_PLACEHOLDER, put, markdown))


def _without_empty_sections(markdown: str) -> str:
    """A page without the sections that have nothing to show, each from its heading to the next one of its level."""
    while _EMPTY in markdown:
        lines = markdown.split("\n")
        place = next(number for number, line in enumerate(lines) if _EMPTY in line)
        begin = (
            block
            for block in blocks(markdown)
            if block.type == "heading_open" and block.markup.startswith("#")
        )
        heads = [(block.map[0], len(block.markup)) for block in begin]
        start, level = max(
            (head for head in heads if head[0] < place and head[1] > 1), default=(place, 0)
        )
        after = (number for number, its in heads if number > place and its <= level)
        del lines[start : next(after, len(lines)) if level else place + 1]
        markdown = "\n".join(lines)
    return markdown


def facts(lessons: Lessons, site: Site) -> str:
    """A sentence on the course, the pages to look things up in, and on when and with what it all ran."""
    if not lessons:
        return "There are no tutorials yet."
    looked_up = sum(not site.is_course(lesson.name) for lesson in lessons)
    tasks = sum(cell.exercise is not None for lesson in lessons for cell in lesson.solved.code)
    ran = sorted(filter(has_run, lessons), key=lambda lesson: lesson.executed_at)
    keys = [lesson.key for lesson in ran]
    latest = {name: version for key in keys for name, version in key.versions.items()}
    versions = [f"{label} {latest[name]}" for name, label in site.labels.items() if name in latest]
    pages = f" and {counted(looked_up, 'page to look things up in')}" if looked_up else ""
    course = f"{counted(len(lessons) - looked_up, 'tutorial')}{pages}, {counted(tasks, 'exercise')}"
    if not ran:
        return f"{course}; none of them has run yet."
    used = ", ".join([*versions, f"Python {keys[-1].python}"])
    return f"{course}; last run on {ran[-1].executed_at[:10]} with {used}."


def has_run(lesson: Lesson) -> bool:
    """Whether there are outputs and downloads of a tutorial; else its page says that it has yet to run."""
    return bool(lesson.executed_at)


def progress(lessons: Lessons) -> str:
    """How many pages and exercises there are; a script of the page says how many of them a reader knows."""
    tasks = sum(cell.exercise is not None for lesson in lessons for cell in lesson.solved.code)
    return f'<p class="progress">{counted(len(lessons), "page")}, {counted(tasks, "exercise")}</p>'


def exercises(lessons: Lessons, package: str, link: Link) -> str:
    """The Markdown of a table of all exercises."""
    rows = []
    for lesson in lessons:
        tutorial, page = lesson.tutorial, link(lesson.name)
        notebook = f"[notebook]({posixpath.splitext(page)[0]}/{tutorial.path.stem}.ipynb)"
        notebook = notebook if has_run(lesson) else "notebook"
        for exercise, title, *about in lesson.known(_exercises, package):
            about = (
                f"[{title}]({page}#exercise-{exercise})",
                *about,
                f"[{tutorial.title}]({page})",
                notebook,
            )
            rows.append(f"| {' | '.join((str(len(rows) + 1), *about))} |\n")
    return _EXERCISES + "".join(rows)


def _exercises(lesson: Lesson, package: str) -> list[tuple[str, ...]]:
    """The id of each exercise, its title, what one defines, its kind and its minutes."""
    found, heading = [], ""
    cells = lesson.solved.tutorial.cells  # of `lesson.tutorial` there may be an outline only
    for cell in cells:
        if not cell.code:
            heading = [heading, *headings(join(cell.lines))][-1]
        elif cell.exercise:
            title = heading.removeprefix("Exercise: ") or cell.exercise
            defined = ", ".join(f"`{name}`" for name in names_to_define(cells, cell, package))
            about = (defined, cell.kind or "", cell.minutes or "")
            found.append((cell.exercise, f"{title[0].upper()}{title[1:]}", *about))
    return found


def names(lessons: Lessons, link: Link, routes: Routes, *packages: str) -> str:
    """A table for each package: its documented names in the code of pages, and the headings under which they stand."""
    found: dict[str, tuple[str, list[str]]] = {}
    for lesson in lessons:
        page = f"[{lesson.tutorial.title}]({link(lesson.name)})"
        for name, url, heading in lesson.known(
            _named, routes.site.documentation, routes.settings.snippets
        ):
            found.setdefault(name, (url, []))[1].append(page + f": {heading}" * bool(heading))
    tables = []
    for package in packages:
        rows = [
            f"| [`{name}`]({url}) | {first} | {_folded([place.partition('): ')[0] + ')' for place in others])} |\n"
            for name, (url, (first, *others)) in sorted(found.items())
            if name.partition(".")[0] == package
        ]
        tables.append(
            f"## {package}\n\n| name | first used | also on |\n|---|---|---|\n{''.join(rows)}"
        )
    return "\n".join(tables)


def _folded(pages: Sequence[str]) -> str:
    """Links to pages, behind their number if they are many."""
    if len(pages) <= _MANY:
        return ", ".join(pages)
    return f"<details><summary>{len(pages)} pages</summary>{', '.join(pages)}</details>"


def _named(
    lesson: Lesson, documentation: Mapping[str, str], snippets: Path
) -> list[tuple[str, str, str]]:
    """The documented names in the code of a page, where first used: each with its address and the heading above."""
    known, heading, found = Names(lesson.solved, documentation, snippets, ""), "", []
    for cell in lesson.solved.cells:
        if not cell.code:
            heading = [heading, *headings(join(cell.lines))][-1]
        elif not cell.check and "hidden" not in cell.tags:
            found += [(its.name, its.url, heading) for its in known.links(cell.lines)]
    return found


def reference(lessons: Lessons, snippets: Path, link: Link, folder: str = "") -> str:
    """An entry for mkdocstrings for each definition, and the tutorials whose notebooks show it as code.

    With a folder of the snippets only for its modules, and with `.` for those that lie in no folder.
    """
    shown, checking, parts = {}, set(), []
    for lesson in lessons:
        page = f"[{lesson.tutorial.title}]({link(lesson.name)})"
        code, support = lesson.known(shown_snippets, snippets)
        checking |= support
        for name in code:
            shown.setdefault(name, []).append(page)
    for module, path in modules(snippets):
        if folder and path.parent.relative_to(snippets).as_posix() != folder:
            continue
        parts.append(_MODULE.format(name=module))
        for name, piece in read_module(path, snippets.name).pieces.items():
            if not piece.block or name.startswith("_"):
                continue
            parts.append(f"::: {module}.{name}\n")
            if using := shown.get((path, name)):
                parts.append(f"Shown in: {', '.join(using)}.\n")
            elif (path, name) in checking:
                parts.append("Used by the checks of exercises.\n")
    return "\n".join(parts)


def modules(snippets: Path) -> Iterator[tuple[str, Path]]:
    """The modules of a folder of snippets by dotted name."""
    for path in sorted(snippets.rglob("*.py")):
        parts = path.relative_to(snippets.parent).with_suffix("").parts
        if not any(part.startswith("_") for part in parts):
            yield ".".join(parts), path
