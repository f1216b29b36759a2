"""An executed tutorial becomes a page: its Markdown, and the figures beside it."""

import base64
import html
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader
from markdown_it import MarkdownIt
from markdown_it.token import Token

from publishing.read.cells import Cell
from publishing.read.diagnostic import Diagnostic, Line, SourceError, join, lines_in_strings
from publishing.read.prose import replace_outside_code, rewrite_links, with_values, without_fences
from publishing.run.lesson import Lesson
from publishing.site.code import Names, code_html
from publishing.site.definitions import definitions, parted
from publishing.site.figures import Figure, is_figure, small
from publishing.site.links import Routes
from publishing.site.markdown import read_terms, terms_comment
from publishing.site.outputs import numbered, outputs_of, shown_all, verbatim

_LONGEST_DESCRIPTION = 160
_LONG = 150  # lines of a fold that nobody would read on a page: they are in its downloads
_PHONE = 44  # characters of code in a column 390 pixels wide
# Silent reading of prose in English: Brysbaert, How many words do we read per minute?, 2019, gives 238 for non-fiction;
# formulas and code read slower. A line of code is taken as eight words.
_WORDS_PER_MINUTE = 200
_WORDS_PER_LINE = 8

# An author's boxes, whose text is Markdown in notebooks too; Python-Markdown wants them to begin a line.
_BOX = re.compile(
    r"(?m)^ {0,3}(?P<tag><(?:blockquote|center|details|div|p|summary)\b)(?![^>]*\bmarkdown=)"
)
_NOT_PROSE = re.compile(r"<[^>]*>|^#+ .*?$|\$\$.*?\$\$", re.MULTILINE | re.DOTALL)
_FOLD = re.compile(r"<details>.*?</details>", re.DOTALL)
_AIMS = re.compile(
    r'^<div markdown="1" class="admonition abstract">$.*?^</div>$', re.MULTILINE | re.DOTALL
)
_ENTRY = re.compile(r"^### ", re.MULTILINE)  # on a page to look things up in
_SECTION = re.compile(r"^(#+ [^\n]*\n|)(.*?)(?=^#+ |\Z)", re.MULTILINE | re.DOTALL)
_EXERCISE = re.compile(r"(.*?)(?:^(#+ Exercise\b[^\n]*)\n?(.*))?", re.MULTILINE | re.DOTALL)
_IN_LIST = 3  # how deep the text of a paragraph lies in a list: list, item, paragraph
_PENDING = re.compile(r"\A.*")  # the title, under which a page says that it has not run
_BEGINS = re.compile(r"^##+ ", re.MULTILINE)
_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), trim_blocks=True)
_TEMPLATES.filters["verbatim"] = verbatim


def page(lesson: Lesson, routes: Routes) -> tuple[str, dict[str, Figure]]:
    """The Markdown of a page, and its figures by file name; raises a SourceError for a figure without alt text."""
    tutorial, record, code = lesson.solved.tutorial, lesson.record, lesson.solved.code
    outputs, values = iter(record.run.outputs), iter(record.run.values)
    others = iter(lesson.beside.run.outputs if lesson.beside else [[] for _ in code])
    reference = routes.from_page(tutorial, routes.site.reference)
    folders = {name: routes.from_page(tutorial, page) for name, page in routes.references().items()}
    names = Names(
        lesson.solved, routes.site.documentation, routes.settings.snippets, reference, folders
    )
    cells, figures, covers, diagnostics, number = [], {}, [], [], 1
    begins = _exercises(lesson.solved.cells)
    for index, (cell, given) in enumerate(
        zip(lesson.solved.cells, lesson.student.cells, strict=True)
    ):
        if not cell.code:
            prose = prose_of(cell, values, partial(routes.for_page, tutorial))
            if index == 0 and is_pending(lesson):
                prose = _PENDING.sub(lambda title: title[0] + _pending_box(lesson), prose)
            prose = _AIMS.sub("", prose) if _is_looked_up(lesson, routes) else prose
            before, heading, task = (
                _EXERCISE.fullmatch(prose).groups() if index in begins else (prose, "", "")
            )
            cells.append({"prose": before})
            if heading:
                cells += [{"begins": begins[index], "heading": heading}, {"prose": task}]
            continue
        its, other = next(outputs), next(others)
        if "hidden" in cell.tags:
            continue
        try:
            entry = {
                "cell": cell,
                "slowest": not is_pending(lesson) and cell is code[record.slowest],
                "outputs": [] if is_pending(lesson) else outputs_of(cell, its),
            }
            beside = (
                shown_all([one for one in other if not is_figure(one)])
                if "varies" in cell.tags
                else []
            )
            entry["beside"] = [one for one in beside if one not in entry["outputs"]]
        except ValueError as error:
            diagnostics.append(Diagnostic(cell.path, cell.number, str(error)))
            continue
        for one in numbered(entry["outputs"], number):
            number, figures[one["src"]] = one["number"] + 1, one["figure"]
            covers.append(("cover" in cell.tags, one["figure"], one["picture"]))
        if index in begins:
            cells.append({"begins": cell, "heading": ""})
        if cell.exercise:
            entry["stub"] = _code(given.lines, names)  # before its solution, as the page has them
            if question := record.run.questions.get(cell.exercise):
                passed = record.run.outputs[code.index(cell) + 1]
                entry["predict"] = _packed(
                    [question, "".join(one.get("text", "") for one in passed).strip()]
                )
        lines = cell.lines
        if not cell.exercise and not cell.check:
            pasted, own = parted(cell)
            if pasted and own and not {"recap", "plot"}.intersection(cell.tags):
                entry["pasted"] = _code(pasted, names, folded=True) | {
                    "defines": definitions(pasted)
                }
            lines = own if "pasted" in entry else lines if own else pasted
        if not cell.check:  # the code of a figure is about the figure: its names do not link
            folded = bool(cell.exercise or "recap" in cell.tags)
            entry["code"] = _code(lines, None if "plot" in cell.tags else names, folded=folded)
        cells.append(entry)
    if diagnostics:
        raise SourceError(*diagnostics)
    metadata: dict[str, Any] = {
        "description": description(lesson),
        "course": routes.site.is_course(lesson.name),
    }
    metadata["exercises"] = sum(cell.exercise is not None for cell in code)
    uris, uri = routes.site.order, routes.folder(tutorial)
    if uri in uris:  # where a word is taught comes before where it is used
        metadata["search"] = {"boost": round(2 - uris.index(uri) / len(uris), 2)}
    if covers:  # the figure of the cell tagged `cover`, else the first; and as others want it, who show no SVG
        _, *cover = max(covers, key=itemgetter(0))
        figures |= {f"cover.{one.suffix}": small(one) for one in cover if one}
        metadata |= {"cover": f"cover.{cover[1].suffix}"} if cover[1] else {}
    front_matter = f"---\n{yaml.safe_dump(metadata, allow_unicode=True, width=1000)}---\n\n"
    template = _TEMPLATES.get_template("page.md.j2")
    return front_matter + template.render(
        cells=cells, page=_about(lesson, routes)
    ).lstrip(), figures


def is_pending(lesson: Lesson) -> bool:
    """Whether a tutorial has not run yet: its page has prose and code, and no outputs and downloads."""
    return lesson.record is not None and getattr(lesson.record, "pending", False)


def _pending_box(lesson: Lesson) -> str:
    """What a page says of a run that is still to come; a script of the page may change the sentence."""
    note = html.escape(lesson.record.note)
    return f'\n\n<div class="admonition pending" data-pending="{lesson.name}"><p>{note}</p></div>\n'


def prose_of(cell: Cell, values: Iterator[str], link: Callable[[str], str]) -> str:
    """The Markdown of a cell as the page has it, with the next values in the places of its expressions."""
    prose = rewrite_links(with_values(join(cell.lines), values), link)
    return replace_outside_code(_BOX, lambda box: f'{box["tag"]} markdown="1"', prose)


def _is_looked_up(lesson: Lesson, routes: Routes) -> bool:
    """Whether readers come to a page for one of its entries, and not to learn from its beginning to its end."""
    return not routes.site.is_course(lesson.name) and not any(
        cell.exercise for cell in lesson.solved.code
    )


def _exercises(cells: Sequence[Cell]) -> dict[int, Cell]:
    """Where the block of each exercise begins: at the cell with its heading, or at its own."""
    begins, heading = {}, None
    for index, cell in enumerate(cells):
        if cell.exercise:
            begins[index if heading is None else heading], heading = cell, None
        elif not cell.code and _EXERCISE.fullmatch(join(cell.lines))[2]:
            heading = index
    return begins


def _code(lines: tuple[Line, ...], names: Names | None, *, folded: bool = False) -> dict[str, Any]:
    """Code as the template shows it: `wide` where a phone would have to scroll it."""
    lines = _without_gaps(lines)
    links = names.links(lines, folded=folded) if names else []
    wide = any(len(line.text) > _PHONE for line in lines)
    return {
        "html": code_html(join(lines), links),
        "wide": wide,
        "lines": len(lines),
        "long": len(lines) > _LONG,
    }


def _packed(value: Any) -> str:
    """A value for a script of the page, as an attribute in which no search and no reader finds it."""
    return base64.b64encode(json.dumps(value).encode()).decode()


def _without_gaps(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Code without blank lines at its ends, and with one between functions, where a file has two."""
    text, kept = lines_in_strings(join(lines)), []
    for number, line in enumerate(lines, 1):
        if line.text.strip() or number in text or (kept and kept[-1].text.strip()):
            kept.append(line)
    return tuple(kept if not kept or kept[-1].text.strip() else kept[:-1])


def _about(lesson: Lesson, routes: Routes) -> dict[str, Any]:
    """What a page says of itself: how long it takes to read, how to run it elsewhere, where and when it ran."""
    tutorial, record, site = lesson.solved.tutorial, lesson.record, routes.site
    versions = record.key.versions
    words, lines = reading(lesson.solved.cells)
    minutes = math.ceil((words + _WORDS_PER_LINE * lines) / _WORDS_PER_MINUTE)
    terms = read_terms(site.docs / site.glossary) if site.glossary else []
    beside = "" if routes.suffix == ".ipynb" else f"{tutorial.path.stem}/"
    return {
        "pending": is_pending(lesson),
        "terms": terms_comment(terms, site.glossary, routes.page(lesson.name)) if terms else "",
        "beside": beside,
        "file": f"{beside}{tutorial.path.stem}",
        "minutes": minutes,
        "is_looked_up": _is_looked_up(lesson, routes),
        "entries": sum(
            len(_ENTRY.findall(join(cell.lines))) for cell in lesson.solved.cells if not cell.code
        ),
        "short": any("short" in cell.tags for cell in lesson.solved.code),
        "has_exercises": any(cell.exercise for cell in lesson.solved.code),
        "exercise_minutes": sum(int(cell.minutes or 0) for cell in lesson.solved.code),
        "hosted": [routes.hosted(tutorial, suffix) for suffix in (".py", ".ipynb")],
        "is_hosted": bool(site.url),
        "colab": routes.colab(tutorial),
        "device": html.escape(record.run.device.get("kind", "")),
        "beside_device": html.escape(lesson.beside.run.device["kind"]) if lesson.beside else "",
        "wants_gpu": record.run.device.get("platform") == "cpu"
        and any("varies" in c.tags for c in lesson.solved.code),
        "seconds": f"{record.seconds:.0f}" if record.seconds >= 10 else f"{record.seconds:.1f}",
        "date": record.executed_at[:10],
        "python": record.key.python,
        "versions": [
            f"{label} {versions[name]}" for name, label in site.labels.items() if name in versions
        ],
    }


def description(lesson: Lesson) -> str:
    """The first list before the first section, and what leads to it, as search engines show them; else a sentence."""
    cells = lesson.solved.cells
    ends = next(
        (i for i, cell in enumerate(cells) if not cell.code and _BEGINS.search(join(cell.lines))),
        len(cells),
    )
    opening = "\n\n".join(join(cell.lines) for cell in cells[: ends + 1] if not cell.code)
    prose = with_values(_BEGINS.split(opening)[0], iter(lesson.record.run.values))
    blocks = MarkdownIt("commonmark").parse(_NOT_PROSE.sub("", without_fences(prose)))
    texts = [(_words(block), block.level >= _IN_LIST) for block in blocks if block.type == "inline"]
    first = next((index for index, (_, listed) in enumerate(texts) if listed), None)
    if not first:
        return re.split(r"(?<=[.?!]) ", texts[0][0])[0] if texts else ""
    sentence, *objectives = [text.rstrip(";.") for text, listed in texts if listed]
    sentence = f"{texts[first - 1][0]} {sentence}"
    for objective in objectives:
        if len(sentence) + len(objective) + 3 > _LONGEST_DESCRIPTION:
            break
        sentence += f"; {objective}"
    return f"{sentence}."


def _words(block: Token) -> str:
    """The text of a paragraph as a reader sees it, on one line."""
    return " ".join(
        "".join(" " if "break" in part.type else part.content for part in block.children).split()
    )


def reading(cells: Iterable[Cell]) -> tuple[int, int]:
    """The words of prose and the lines of code that a reader meets, outside exercises, folds and formulas."""
    words = lines = 0
    in_exercise = False  # from its heading to its check
    for cell in cells:
        if cell.check:
            in_exercise = False
        elif cell.code:
            folded = {"hidden", "recap", "plot"}.intersection(cell.tags)
            pasted, own = parted(cell)
            lines += (
                0
                if in_exercise or folded
                else sum(bool(line.text.strip()) for line in own or pasted)
            )
        else:
            for heading, text in _SECTION.findall(_FOLD.sub("", without_fences(join(cell.lines)))):
                in_exercise = in_exercise or heading.lstrip("# ").startswith("Exercise")
                words += 0 if in_exercise else len(_NOT_PROSE.sub("", text).split())
    return words, lines
