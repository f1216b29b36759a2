"""What the build puts into pages written by hand, where a line says `<!-- build: exercises -->` or the like."""

import html
import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from publishing.assemble.snippets import read_module
from publishing.read.problem import Problem, SourceError, join, line_of
from publishing.read.prose import CODE, headings
from publishing.run.schedule import Lesson
from publishing.site import report
from publishing.site.code import Names, code_html
from publishing.site.links import Routes

Link = Callable[[str], str]  # where the page of a tutorial of this name is

_PLACEHOLDER = re.compile(
    rf"(?P<code>{CODE})|^[ \t]*<!--\s*build\b:?(?P<name>[^\n]*?)-->[ \t]*$", re.MULTILINE | re.DOTALL
)
_EXERCISE = """\
## {id} {{ #{id} }}

On [{title}]({page}#exercise-{id}){asks}. The check says:

<blockquote><p>{says}</p></blockquote>

<details class="example" id="check-{id}" data-search-exclude><summary>The check of <code>{id}</code></summary>
<div class="highlight"><pre><code>{code}</code></pre></div>
</details>
"""
_MODULE = "::: {name}\n    options:\n      members: []\n      heading_level: 2\n      show_root_full_path: true\n"


def fill(markdown: str, path: Path, uri: str, lessons: Sequence[Lesson], routes: Routes) -> str:
    """A page, at `uri` below docs, with each placeholder replaced; raises a SourceError for one that it cannot fill."""

    def link(tutorial: str) -> str:
        return posixpath.relpath(routes.page(tutorial), posixpath.dirname(uri))

    makers = {
        "exercises": partial(exercises, lessons, link),
        "names": partial(names, lessons, link, routes),
        "reference": partial(reference, lessons, routes.settings.snippets, link),
        "report": partial(report.table, lessons, link),
        "versions": partial(report.versions, lessons, link, routes),
    }

    def put(match: re.Match) -> str:
        if match["code"]:
            return match["code"]
        name, _, arguments = match["name"].strip().partition(" ")
        if maker := makers.get(name):
            return maker(*arguments.split())
        known = " or ".join(f"`<!-- build: {name} -->`" for name in makers)
        message = f"the build has nothing for this placeholder; write {known}."
        raise SourceError(Problem(path, line_of(path, [match[0]]), message))

    return _PLACEHOLDER.sub(put, markdown)


def exercises(lessons: Sequence[Lesson], link: Link) -> str:
    """The Markdown of an entry for each exercise; raises a SourceError for a check that prints nothing on passing."""
    entries = []
    for lesson in lessons:
        cells = list(zip(lesson.solved.code, lesson.record.run.outputs, strict=True))
        checks = {cell.check: (cell, outputs) for cell, outputs in cells}
        for cell in (cell for cell, _ in cells if cell.exercise):
            check, outputs = checks[cell.exercise]
            says = "".join(output.text for output in outputs if output.get("name") == "stdout").split()
            if not says:
                message = f"the check of `{check.check}` prints nothing; let its last line print what it has shown."
                raise SourceError(Problem(check.path, check.number, message))
            entry = _EXERCISE.format(
                id=cell.exercise,
                title=lesson.solved.tutorial.title,
                page=link(lesson.name),
                asks=f": {cell.kind}" * bool(cell.kind) + f", about {cell.minutes} minutes" * bool(cell.minutes),
                says=re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(" ".join(says), quote=False)),
                code=code_html(join(check.lines)),
            )
            entries.append(entry)
    return "\n".join(entries)


def names(lessons: Sequence[Lesson], link: Link, routes: Routes, *packages: str) -> str:
    """A table for each package: its documented names in the code of pages, and the headings under which they stand."""
    found: dict[str, tuple[str, list[str]]] = {}
    for lesson in lessons:
        known, heading = Names(lesson.solved, routes.site.documentation, routes.settings.snippets, ""), ""
        for cell in lesson.solved.cells:
            if not cell.code:
                heading = [heading, *headings(join(cell.lines))][-1]
            elif not cell.check and "hidden" not in cell.tags:
                place = f"[{lesson.solved.tutorial.title}]({link(lesson.name)})" + f": {heading}" * bool(heading)
                for its in known.links(cell.lines):
                    found.setdefault(its.name, (its.url, []))[1].append(place)
    tables = []
    for package in packages:
        rows = [
            f"| [`{name}`]({url}) | {first} | {', '.join(place.partition('): ')[0] + ')' for place in others)} |\n"
            for name, (url, (first, *others)) in sorted(found.items())
            if name.partition(".")[0] == package
        ]
        tables.append(f"## {package}\n\n| name | first used | also on |\n|---|---|---|\n{''.join(rows)}")
    return "\n".join(tables)


def reference(lessons: Sequence[Lesson], snippets: Path, link: Link) -> str:
    """An entry for mkdocstrings for each definition, and the tutorials whose notebooks show it as code."""
    pages, parts = {}, []
    for lesson in lessons:
        cells = (cell for cell in lesson.solved.code if "hidden" not in cell.tags)
        places = {(line.path, line.number) for cell in cells for line in cell.lines}
        pages[f"[{lesson.solved.tutorial.title}]({link(lesson.name)})"] = places
    for module, path in modules(snippets):
        parts.append(_MODULE.format(name=module))
        for name, piece in read_module(path, snippets.name).pieces.items():
            if not piece.block or name.startswith("_"):
                continue
            lines = {(line.path, line.number) for line in piece.lines}
            using = ", ".join(page for page, places in pages.items() if lines & places)
            parts += [f"::: {module}.{name}\n", f"Shown in: {using}.\n" if using else "Not shown in a tutorial.\n"]
    return "\n".join(parts)


def modules(snippets: Path) -> Iterator[tuple[str, Path]]:
    """The modules of a folder of snippets by dotted name."""
    for path in sorted(snippets.rglob("*.py")):
        parts = path.relative_to(snippets.parent).with_suffix("").parts
        if not any(part.startswith("_") for part in parts):
            yield ".".join(parts), path
