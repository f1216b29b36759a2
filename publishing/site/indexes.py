"""What the build puts into pages written by hand, where a line says `<!-- build: exercises -->` or the like."""

import html
import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from nbformat import NotebookNode

from publishing.assemble.snippets import read_module
from publishing.read.cells import Cell
from publishing.read.problem import Problem, SourceError, join, read_source
from publishing.read.prose import CODE
from publishing.run.schedule import Lesson
from publishing.site import report
from publishing.site.code import code_html
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
_MODULE = """\
::: {name}
    options:
      members: []
      heading_level: 2
      show_root_full_path: true
"""

def fill(markdown: str, path: Path, uri: str, lessons: Sequence[Lesson], routes: Routes) -> str:
    """The Markdown of a page, at `uri` below docs, with each placeholder replaced by what it names.

    Raises:
      SourceError: for an unknown placeholder, or what cannot be made of an author's file.
    """

    def link(tutorial: str) -> str:
        return posixpath.relpath(routes.page(tutorial), posixpath.dirname(uri))

    makers = {
        "exercises": partial(exercises, lessons, link),
        "reference": partial(reference, lessons, routes.settings.snippets, link),
        "report": partial(report.table, lessons, link),
        "versions": partial(report.versions, lessons, link, routes),
    }

    def put(match: re.Match) -> str:
        if match["code"]:
            return match["code"]
        if maker := makers.get(match["name"].strip()):
            return maker()
        lines = read_source(path).split("\n")
        number = lines.index(match[0]) + 1 if match[0] in lines else 1
        known = " or ".join(f"`<!-- build: {name} -->`" for name in makers)
        raise SourceError(Problem(path, number, f"the build has nothing for this placeholder; write {known}."))

    return _PLACEHOLDER.sub(put, markdown)


def exercises(lessons: Sequence[Lesson], link: Link) -> str:
    """The Markdown of the index of exercises, an entry for each.

    Raises:
      SourceError: for a check that prints nothing when it passes.
    """
    entries = []
    for lesson in lessons:
        cells = list(zip(lesson.solved.code, lesson.record.run.outputs, strict=True))
        checks = {cell.check: (cell, outputs) for cell, outputs in cells}
        for cell, _ in cells:
            if cell.exercise:
                check, outputs = checks[cell.exercise]
                entry = _EXERCISE.format(
                    id=cell.exercise,
                    title=lesson.solved.tutorial.title,
                    page=link(lesson.name),
                    asks=f": {cell.kind}" * bool(cell.kind) + f", about {cell.minutes} minutes" * bool(cell.minutes),
                    says=_says(check, outputs),
                    code=code_html(join(check.lines)),
                )
                entries.append(entry)
    return "\n".join(entries)


def _says(check: Cell, outputs: list[NotebookNode]) -> str:
    """What a check prints when it passes, as HTML."""
    printed = "".join(output.text for output in outputs if output.get("name") == "stdout").split()
    if not printed:
        message = f"the check of `{check.check}` prints nothing; let its last line print what it has shown."
        raise SourceError(Problem(check.path, check.number, message))
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(" ".join(printed), quote=False))


def reference(lessons: Sequence[Lesson], snippets: Path, link: Link) -> str:
    """The Markdown of the reference: an entry for mkdocstrings per definition, and the tutorials that show it.

    Raises:
      SourceError: if a module cannot be read.
    """
    pages = {f"[{lesson.solved.tutorial.title}]({link(lesson.name)})": _places(lesson) for lesson in lessons}
    parts = []
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


def _places(lesson: Lesson) -> set[tuple[Path, int]]:
    """Where the lines come from that a notebook shows as code."""
    cells = (cell for cell in lesson.solved.code if "hidden" not in cell.tags)
    return {(line.path, line.number) for cell in cells for line in cell.lines}
