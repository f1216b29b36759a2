"""An executed tutorial becomes a page: its Markdown, and the figures beside it."""

import html
import math
import re
from collections.abc import Iterable, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader
from markdown import markdown
from nbformat import NotebookNode

from publishing.read.cells import Cell
from publishing.read.problem import Line, Problem, SourceError, join
from publishing.read.prose import CODE, rewrite_links, with_values
from publishing.run.schedule import Lesson
from publishing.site.code import Names, code_html
from publishing.site.figures import Figure, figure, is_figure, picture, small
from publishing.site.links import Routes
from publishing.site.markdown import read_terms, terms_comment

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
_FOLD = re.compile(r"<details>.*?</details>|^```.*?^```", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^(#+ [^\n]*\n|)(.*?)(?=^#+ |\Z)", re.MULTILINE | re.DOTALL)
_EXERCISE = re.compile(r"(.*?)(?:^(#+ Exercise\b[^\n]*)\n?(.*))?", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"<(p|li)>(.*?)</\1>", re.DOTALL)
_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), trim_blocks=True)


def page(lesson: Lesson, routes: Routes) -> tuple[str, dict[str, Figure]]:
    """The Markdown of a page, and its figures by file name; raises a SourceError for a figure without alt text."""
    tutorial, record = lesson.solved.tutorial, lesson.record
    outputs, values = iter(record.run.outputs), iter(record.run.values)
    reference = routes.from_page(tutorial, routes.site.reference)
    names = Names(lesson.solved, routes.site.documentation, routes.settings.snippets, reference)
    slowest = lesson.solved.code[record.slowest]
    cells, figures, covers, problems = [], {}, [], []
    begins = _exercises(lesson.solved.cells)
    for index, (cell, given) in enumerate(zip(lesson.solved.cells, lesson.student.cells, strict=True)):
        if not cell.code:
            prose = rewrite_links(with_values(join(cell.lines), values), partial(routes.for_page, tutorial))
            prose = _BOX.sub(lambda box: box["code"] or f'{box["tag"]} markdown="1"', prose)
            before, heading, task = _EXERCISE.fullmatch(prose).groups() if index in begins else (prose, "", "")
            cells.append({"prose": before})
            if heading:
                cells += [{"begins": begins[index], "heading": heading}, {"prose": task}]
            continue
        its = next(outputs)
        pictures = list(filter(is_figure, its))
        try:
            drawn = _figure(cell, pictures)
        except ValueError as error:
            problems.append(Problem(cell.path, cell.number, str(error)))
            continue
        if "hidden" in cell.tags:
            continue
        shown = {"cell": cell, "slowest": cell is slowest, "outputs": list(map(_output, its))}
        if drawn:
            name = f"figure-{index}.{drawn.suffix}"
            figures[name] = drawn
            covers.append(("cover" in cell.tags, drawn, pictures[0]))
            shown |= {"figure": drawn, "src": name, "number": len(figures)}
        if index in begins:
            cells.append({"begins": cell, "heading": ""})
        if cell.exercise:
            shown["stub"] = _code(given.lines, names)  # before its solution, as the page has them
        folded = bool(cell.exercise or {"recap", "plot"}.intersection(cell.tags))
        if not cell.check:
            shown["code"] = _code(cell.lines, names, folded=folded)
        cells.append(shown)
    if problems:
        raise SourceError(*problems)
    metadata: dict[str, Any] = {"description": description(lesson), "exercises": len(set(begins))}
    uris, uri = routes.site.order, routes.folder(tutorial)
    if uri in uris:  # where a word is taught comes before where it is used
        metadata["search"] = {"boost": round(2 - uris.index(uri) / len(uris), 2)}
    if covers:  # the figure of the cell tagged `cover`, else the first; and as a PNG
        _, cover, picture_of = max(covers, key=itemgetter(0))
        figures |= {f"cover.{cover.suffix}": small(cover), "cover.png": picture(picture_of)}
        metadata["cover"] = "cover.png"
    front_matter = f"---\n{yaml.safe_dump(metadata, allow_unicode=True, width=1000)}---\n\n"
    template = _TEMPLATES.get_template("page.md.j2")
    return front_matter + template.render(cells=cells, page=_about(lesson, routes)).lstrip(), figures


def _exercises(cells: Sequence[Cell]) -> dict[int, Cell]:
    """Where the block of each exercise begins: at the cell with its heading, or at its own."""
    begins, heading = {}, None
    for index, cell in enumerate(cells):
        if cell.exercise:
            begins[index if heading is None else heading], heading = cell, None
        elif not cell.code and _EXERCISE.fullmatch(join(cell.lines))[2]:
            heading = index
    return begins


def _figure(cell: Cell, pictures: list[NotebookNode]) -> Figure | None:
    if pictures and not cell.alt:
        raise ValueError('draws a figure but does not say what it shows; add alt="..." to the `# %%` line.')
    if len(pictures) > 1:
        raise ValueError("draws a second figure; give each its own cell.")
    return figure(pictures[0]) if pictures else None


def _code(lines: tuple[Line, ...], names: Names, *, folded: bool = False) -> dict[str, Any]:
    """Code as the template shows it: `wide` where a phone would have to scroll it."""
    links = names.links(lines, folded=folded)
    # Between functions one blank line, where a file has two.
    code = re.sub(r"\n{3,}", "\n\n", code_html(join(lines), links))
    return {"html": code, "wide": any(len(line.text) > _PHONE for line in lines)}


def _output(output: NotebookNode) -> dict[str, str]:
    """An output as the template shows it."""
    if output.output_type == "stream":
        return {"kind": output.name, "html": html.escape(output.text.rstrip("\n"))}
    if output.output_type == "error":
        lines = f"{output.ename}: {output.evalue}".strip().splitlines()
        message = "\n".join(lines[:_LONGEST_ERROR] + ["..."] * (len(lines) > _LONGEST_ERROR))
        return {"kind": "error", "html": html.escape(message)}
    if is_figure(output):
        return {"kind": "figure"}
    if "text/html" in output.data:
        return {"kind": "html", "html": output.data["text/html"]}
    return {"kind": "value", "html": html.escape(output.data["text/plain"])}


def _about(lesson: Lesson, routes: Routes) -> dict[str, Any]:
    """What a page says of itself: how long it takes to read, how to run it elsewhere, where and when it ran."""
    tutorial, record, site = lesson.solved.tutorial, lesson.record, routes.site
    versions = record.key.versions
    words, lines = reading(lesson.solved.cells)
    minutes = math.ceil((words + _WORDS_PER_LINE * lines) / _WORDS_PER_MINUTE)
    terms = read_terms(site.docs / site.glossary) if site.glossary else []
    beside, stem = "" if routes.suffix == ".ipynb" else f"{tutorial.path.stem}/", tutorial.path.stem
    return {
        "terms": terms_comment(terms, site.glossary, routes.page(lesson.name)) if terms else "",
        "beside": beside,
        "notebook": f"{beside}{stem}.ipynb",
        "solved": f"{beside}{stem}-solved.ipynb",
        "script": f"{beside}{stem}.py",
        "minutes": minutes,
        "exercise_minutes": sum(int(cell.minutes or 0) for cell in lesson.solved.code),
        "hosted": [routes.hosted(tutorial, suffix) for suffix in (".py", ".ipynb")],
        "is_hosted": bool(site.url),
        "colab": routes.colab(tutorial),
        "device": record.run.device["kind"],
        "seconds": f"{record.seconds:.0f}" if record.seconds >= 10 else f"{record.seconds:.1f}",
        "date": record.executed_at[:10],
        "python": record.key.python,
        "versions": [f"{label} {versions[name]}" for name, label in site.labels.items() if name in versions],
    }


def description(lesson: Lesson) -> str:
    """The first list, after the paragraph before it, as far as search engines show them; else the first sentence."""
    prose = with_values(join(lesson.solved.cells[0].lines), iter(lesson.record.run.values))
    blocks = _BLOCK.findall(markdown(_NOT_PROSE.sub("", prose)))
    texts = [" ".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split()) for _, text in blocks]
    first = next((index for index, (tag, _) in enumerate(blocks) if tag == "li"), None)
    if not first:
        return re.split(r"(?<=[.?!]) ", texts[0])[0] if texts else ""
    sentence, *objectives = [text.rstrip(";.") for (tag, _), text in zip(blocks, texts, strict=True) if tag == "li"]
    sentence = f"{texts[first - 1]} {sentence}"
    for objective in objectives:
        if len(sentence) + len(objective) + 3 > _LONGEST_DESCRIPTION:
            break
        sentence += f"; {objective}"
    return f"{sentence}."


def reading(cells: Iterable[Cell]) -> tuple[int, int]:
    """The words of prose and the lines of code that a reader meets, outside exercises, folds and formulas."""
    words = lines = 0
    in_exercise = False  # from its heading to its check
    for cell in cells:
        if cell.check:
            in_exercise = False
        elif cell.code:
            folded = {"hidden", "recap", "plot"}.intersection(cell.tags)
            lines += 0 if in_exercise or folded else sum(bool(line.text.strip()) for line in cell.lines)
        else:
            for heading, text in _SECTION.findall(_FOLD.sub("", join(cell.lines))):
                in_exercise = in_exercise or heading.lstrip("# ").startswith("Exercise")
                words += 0 if in_exercise else len(_NOT_PROSE.sub("", text).split())
    return words, lines
