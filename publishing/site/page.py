"""An executed tutorial becomes a page: its Markdown, and the figures beside it."""

import html
import math
import re
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, Template
from nbformat import NotebookNode

from publishing.read.cells import Cell
from publishing.read.problem import Line, Problem, SourceError, join
from publishing.read.prose import CODE, rewrite_links, with_values
from publishing.run.schedule import Lesson
from publishing.site.code import Names, code_html
from publishing.site.figures import Figure, figure, is_figure, picture
from publishing.site.links import Routes
from publishing.site.markdown import read_terms, terms_comment

_TEMPLATE = Path(__file__).with_name("page.md.j2")

_LONGEST_ERROR = 12  # lines
_LONGEST_DESCRIPTION = 160
_PHONE = 44  # characters of code in a column 390 pixels wide
# Silent reading of prose in English: Brysbaert, How many words do we read per minute?, 2019, gives 238 for non-fiction;
# formulas and code read slower. A line of code is taken as eight words.
_WORDS_PER_MINUTE = 200
_WORDS_PER_LINE = 8

# An author's boxes, whose text is Markdown in notebooks too; Python-Markdown wants them to begin a line.
_BOX = re.compile(
    rf"(?P<code>{CODE})|^ {{0,3}}(?P<tag><(?:details|div|p|summary)\b)(?![^>]*\bmarkdown=)", re.MULTILINE | re.DOTALL
)
_NOT_PROSE = re.compile(r"^```.*?^```|<[^>]*>|^#+ .*?$|\$\$.*?\$\$", re.MULTILINE | re.DOTALL)
_ITEM = re.compile(r"^- (.*?)(?=^- |^\s*$|\Z)", re.MULTILINE | re.DOTALL)
_BOX_TITLE = re.compile(r'<p class="admonition-title">([^<]+)</p>\s*^- ', re.MULTILINE)
_MARKS = re.compile(r"\[([^\]]*)\]\([^)]*\)|`+|(?<!\w)[*_]{1,2}(?=\S)|(?<=\S)[*_]{1,2}(?!\w)")


def page(lesson: Lesson, routes: Routes) -> tuple[str, dict[str, Figure]]:
    """The Markdown of a page, and its figures by file name.

    Raises:
      SourceError: for a figure without alt text, or a tutorial without a record.
    """
    tutorial, record = lesson.solved.tutorial, lesson.record
    if record is None:
        message = f"has no record of a run, which a page needs; `tutorials run {lesson.name}` makes it."
        raise SourceError(Problem(tutorial.path, 1, message))
    outputs, values = iter(record.run.outputs), iter(record.run.values)
    link = partial(routes.for_page, tutorial)
    reference = routes.from_page(tutorial, routes.site.reference)
    names = Names(lesson.solved, routes.site.documentation, routes.settings.snippets, reference)
    slowest = lesson.solved.code[record.slowest]
    cells, figures, problems = [], {}, []
    for index, (cell, given) in enumerate(zip(lesson.solved.cells, lesson.student.cells, strict=True)):
        if not cell.code:
            prose = rewrite_links(with_values(join(cell.lines), values), link)
            prose = _BOX.sub(lambda box: box["code"] or f'{box["tag"]} markdown="1"', prose)
            cells.append({"prose": prose})
            continue
        try:
            its, drawn = _outputs(cell, next(outputs), f"figure-{index}", len(figures) + 1)
        except SourceError as error:
            problems += error.problems
            continue
        if "hidden" not in cell.tags:
            figures |= drawn
            cells.append(_code_cell(cell, given, names) | {"outputs": its, "slowest": cell is slowest})
    if problems:
        raise SourceError(*problems)
    figures |= _cover(lesson)
    metadata = {"description": description(lesson)} | ({"cover": "cover.png"} if "cover.png" in figures else {})
    front_matter = f"---\n{yaml.safe_dump(metadata, allow_unicode=True, width=1000)}---\n\n"
    return front_matter + _template().render(cells=cells, page=_about(lesson, routes)).lstrip(), figures


@cache
def _template() -> Template:
    return Environment(loader=FileSystemLoader(_TEMPLATE.parent), trim_blocks=True).get_template(_TEMPLATE.name)


def _code_cell(cell: Cell, given: Cell, names: Names) -> dict[str, Any]:
    """What the template shows of a code cell; a check, which is there to be run, has no links."""
    metadata: dict[str, Any] = {"exercise": cell.exercise or cell.check, "predict": "predict" in cell.tags}
    if cell.check:
        return metadata | {"kind": "check", "code": _code(cell.lines, None)}
    if cell.exercise:
        stub = _code(given.lines, names)
        metadata |= {"kind": "exercise", "stub": stub, "asks": cell.kind, "minutes": cell.minutes}
    else:
        metadata["kind"] = next((tag for tag in ("recap", "plot") if tag in cell.tags), "code")
    return metadata | {"code": _code(cell.lines, names, folded=metadata["kind"] != "code")}


def _code(lines: tuple[Line, ...], names: Names | None, *, folded: bool = False) -> dict[str, Any]:
    """Code as the template shows it: `wide` where a phone would have to scroll it."""
    links = names.links(lines, folded=folded) if names else []
    return {"html": code_html(join(lines), links), "wide": any(len(line.text) > _PHONE for line in lines)}


def _outputs(
    cell: Cell, outputs: list[NotebookNode], stem: str, number: int
) -> tuple[list[dict[str, Any]], dict[str, Figure]]:
    """The outputs of a cell as the template shows them, and its figure."""
    its, figures = [], {}
    for output in outputs:
        if output.output_type == "stream":
            its.append({"kind": output.name, "html": html.escape(output.text.rstrip("\n"))})
        elif output.output_type == "error":
            lines = f"{output.ename}: {output.evalue}".strip().splitlines()
            message = "\n".join(lines[:_LONGEST_ERROR] + ["..."] * (len(lines) > _LONGEST_ERROR))
            its.append({"kind": "error", "html": html.escape(message)})
        elif is_figure(output):
            try:
                if not cell.alt:
                    raise ValueError('draws a figure but does not say what it shows; add alt="..." to the `# %%` line.')
                if figures:
                    raise ValueError("draws a second figure; give each its own cell.")
                drawn = figure(output)
            except ValueError as error:
                raise SourceError(Problem(cell.path, cell.number, str(error))) from None
            name = f"{stem}.{drawn.suffix}"
            figures[name] = drawn
            sizes = {"src": name, "width": drawn.width, "height": drawn.height}
            its.append({"kind": "figure", "caption": cell.alt, "number": number, **sizes})
        elif "text/html" in output.data:
            its.append({"kind": "html", "html": output.data["text/html"]})
        else:
            its.append({"kind": "value", "html": html.escape(output.data["text/plain"])})
    return its, figures


def _cover(lesson: Lesson) -> dict[str, Figure]:
    """The figure that stands for a tutorial: that of the cell tagged `cover`, else the first; and as a PNG."""
    drawn = [
        (output, "cover" in cell.tags)
        for cell, outputs in zip(lesson.solved.code, lesson.record.run.outputs, strict=True)
        for output in outputs
        if is_figure(output) and "hidden" not in cell.tags
    ]
    if not drawn:
        return {}
    output = max(drawn, key=lambda pair: pair[1])[0]
    cover = figure(output)
    return {f"cover.{cover.suffix}": cover, "cover.png": picture(output)}


def _about(lesson: Lesson, routes: Routes) -> dict[str, Any]:
    """What a page says of itself: how long it takes to read, how to run it elsewhere, where and when it ran."""
    tutorial, record, site = lesson.solved.tutorial, lesson.record, routes.site
    versions = record.key.versions
    terms = read_terms(site.docs / site.glossary) if site.glossary else []
    return {
        "terms": terms_comment(terms, site.glossary, routes.page(lesson.name)) if terms else "",
        "stem": tutorial.path.stem,
        "minutes": _minutes(lesson),
        "script": routes.hosted(tutorial, ".py"),
        "notebook": routes.hosted(tutorial, ".ipynb"),
        "colab": routes.colab(tutorial),
        "exercises": routes.from_page(tutorial, site.exercises),
        "device": record.run.device["kind"],
        "seconds": f"{record.seconds:.0f}" if record.seconds >= 10 else f"{record.seconds:.1f}",
        "date": record.executed_at[:10],
        "python": record.key.python,
        "versions": [f"{label} {versions[name]}" for name, label in site.labels.items() if name in versions],
    }


def description(lesson: Lesson) -> str:
    """The objectives in the box that opens a tutorial, after its title, as far as search engines show them.

    Without such a box, the first sentence.
    """
    prose = with_values(join(lesson.solved.cells[0].lines), iter(lesson.record.run.values))
    opening = _NOT_PROSE.sub("", prose).strip()
    objectives = [_plain(item).rstrip(";.") for item in _ITEM.findall(opening)]
    if not objectives:
        return re.split(r"(?<=[.?!]) ", _plain(opening.split("\n\n")[0]))[0]
    title = _BOX_TITLE.search(prose)
    sentence = f"{title[1]} {objectives[0]}" if title else objectives[0]
    for objective in objectives[1:]:
        if len(sentence) + len(objective) + 3 > _LONGEST_DESCRIPTION:
            break
        sentence += f"; {objective}"
    return f"{sentence}."


def _plain(prose: str) -> str:
    return html.unescape(" ".join(_MARKS.sub(lambda m: m[1] or "", prose).split()))


def _minutes(lesson: Lesson) -> int:
    """How long a tutorial takes to read, in minutes, to the next five."""
    words = 0
    for cell in lesson.solved.cells:
        if not cell.code:
            words += len(_NOT_PROSE.sub("", join(cell.lines)).split())
        elif not cell.check and "hidden" not in cell.tags:
            words += _WORDS_PER_LINE * sum(bool(line.text.strip()) for line in cell.lines)
    return 5 * math.ceil(words / _WORDS_PER_MINUTE / 5)
