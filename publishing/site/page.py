"""An executed tutorial becomes a page: its Markdown, and the figures beside it."""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader
from nbformat import NotebookNode

from publishing.read.cells import Cell, Tutorial
from publishing.read.diagnostic import (
    Diagnostic,
    Line,
    PageError,
    SourceError,
    join,
    line_of,
    lines_in_strings,
)
from publishing.read.prose import (
    replace_choices,
    replace_outside_code,
    rewrite_links,
    with_values,
)
from publishing.run.lesson import Lesson
from publishing.site.code import Names, code_html
from publishing.site.definitions import definitions, parted
from publishing.site.figures import Figure, is_figure, stamp
from publishing.site.forms import form
from publishing.site.links import Routes
from publishing.site.markdown import read_terms, terms_comment
from publishing.site.outputs import Output, may_show, number_figures, outputs_of, shown, verbatim
from publishing.site.structure import marked
from publishing.site.summary import (
    aim,
    description,
    is_looked_up,
    labelled,
    minutes_to_learn,
    minutes_to_read,
)

# An author's boxes, whose text is Markdown in notebooks too.
# Python-Markdown wants them to begin a line.
_BOX = re.compile(
    r"(?m)^ {0,3}(?P<tag><(?:blockquote|center|details|div|p|summary)\b)(?![^>]*\bmarkdown=)"
)
_AIMS = re.compile(r'(?ms)^<div markdown="1" class="admonition abstract">$.*?^</div>$')
_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), trim_blocks=True)
_TEMPLATES.filters |= {"verbatim": verbatim, "marked": marked}


@dataclass(frozen=True)
class Prose:
    """Markdown between code."""

    text: str
    kind = "prose"


@dataclass(frozen=True)
class Opening:
    """Where the block of an exercise begins, which ends with its check."""

    exercise: Cell
    heading: str
    kind = "opening"


@dataclass(frozen=True)
class Code:
    """A listing."""

    html: str
    lines: int


@dataclass
class Executed:
    """A code cell and what it gave."""

    cell: Cell
    slowest: bool
    outputs: list[Output]
    beside: list[Output] = field(default_factory=list)  # what another device gave instead
    code: Code | None = None  # of an exercise its solution; a check shows none
    stub: Code | None = None
    predict: str = ""  # the question of a prediction, for a script
    pasted: Code | None = None  # code of snippets, which is folded
    defines: list[str] = field(default_factory=list)  # what that defines
    waits: bool = False  # whether it has not run yet and may give outputs
    kind = "executed"


def page(lesson: Lesson, routes: Routes) -> tuple[str, dict[str, Figure]]:
    """The Markdown of a page, and its figures by file name.

    Raises a SourceError for what a page cannot show, such as a figure without alt text.
    """
    blocks = _Blocks(lesson, routes)
    cells = zip(lesson.solved.cells, lesson.student.cells, strict=True)
    for index, (cell, of_student) in enumerate(cells):
        if cell.code:
            blocks.add_code(index, cell, of_student)
        else:
            blocks.add_prose(index, cell)
    if blocks.diagnostics:
        raise SourceError(*blocks.diagnostics)
    metadata = _metadata(lesson, routes) | blocks.cover()
    front_matter = yaml.safe_dump(metadata, allow_unicode=True, width=1000)
    template = _TEMPLATES.get_template("page.md.j2")
    body = template.render(blocks=blocks.blocks, **_context(lesson, routes)).lstrip()
    return f"---\n{front_matter}---\n\n{body}", blocks.figures


class _Blocks:
    """The blocks of a page in their order, and the figures in them."""

    def __init__(self, lesson: Lesson, routes: Routes) -> None:
        self.lesson, self.routes = lesson, routes
        self.blocks: list[Prose | Opening | Executed] = []
        self.figures: dict[str, Figure] = {}
        self.diagnostics: list[Diagnostic] = []
        self._openings = _openings(lesson.solved.cells)
        self._values = iter(lesson.record.run.values)
        self._outputs = iter(lesson.record.run.outputs)
        beside = lesson.beside.run.outputs if lesson.beside else [[] for _ in lesson.solved.code]
        self._beside = iter(beside)
        self._number = 1  # of the next figure
        self._drawn: list[tuple[bool, Figure]] = []  # whether it is the cover, and the figure
        self._names = self._documented()

    def _documented(self) -> Names:
        tutorial, site = self.lesson.tutorial, self.routes.site
        seen = partial(self.routes.from_page, tutorial)
        folders = {name: seen(page) for name, page in self.routes.references().items()}
        snippets = self.routes.settings.snippets
        reference = seen(site.reference)
        return Names(self.lesson.solved, site.documentation, snippets, reference, folders)

    def add_prose(self, index: int, cell: Cell) -> None:
        """A cell of Markdown; one with the heading of an exercise opens the block of that."""
        tutorial, heading, task = self.lesson.tutorial, "", ""
        prose = _prose_of(cell, self._values, partial(self.routes.for_page, tutorial))
        if is_looked_up(self.lesson, self.routes.site):
            prose = _AIMS.sub("", prose)
        if index in self._openings:
            prose, heading, task = _at_exercise(prose)
        self.blocks.append(Prose(prose))
        if heading:
            self.blocks += [Opening(self._openings[index], heading), Prose(task)]

    def add_code(self, index: int, cell: Cell, of_student: Cell) -> None:
        """A cell of code with its outputs; readers have no hidden ones."""
        given, beside = next(self._outputs), next(self._beside)
        if "hidden" in cell.tags:
            return
        try:
            executed = self._executed(cell, given, beside)
        except ValueError as error:
            self.diagnostics.append(Diagnostic(cell.path, cell.number, str(error)))
            return
        if index in self._openings:
            self.blocks.append(Opening(cell, ""))
        if cell.exercise:
            executed.stub = self._code(of_student.lines)  # before its solution, as on the page
            executed.predict = self._prediction(cell, of_student)
            executed.code = self._code(cell.lines, folded=True)
        elif not cell.check:
            self._add_listings(cell, executed)
        self.blocks.append(executed)

    def cover(self) -> dict[str, str]:
        """Add the files of the cover: the figure of a cell tagged so, else the first.

        The front matter names it, and the one for others, who show no SVG.
        """
        if not self._drawn:
            return {}
        first = self._drawn[0][1]
        chosen = next((figure for is_cover, figure in self._drawn if is_cover), first)
        images = [image for image in (chosen, chosen.raster) if image]
        self.figures |= {f"cover.{image.suffix}": stamp(image) for image in images}
        rasters = [image for image in images if image.suffix != "svg"]
        tile = {"tile": f"cover.{chosen.suffix}"}
        return tile | {"cover": f"cover.{rasters[0].suffix}"} if rasters else tile

    def _executed(
        self, cell: Cell, given: list[NotebookNode], beside: list[NotebookNode]
    ) -> Executed:
        if self.lesson.record.pending:
            return Executed(cell, slowest=False, outputs=[], waits=may_show(cell))
        outputs, others = outputs_of(cell, given), []
        if "varies" in cell.tags:
            texts = shown([output for output in beside if not is_figure(output)])
            others = [output for output in texts if output not in outputs]
        for output in number_figures(outputs, self._number):
            self._number = output.number + 1
            self.figures[output.src] = output.figure
            self._drawn.append(("cover" in cell.tags, output.figure))
        slowest = cell is self.lesson.solved.code[self.lesson.record.slowest]
        return Executed(cell, slowest, outputs, others)

    def _prediction(self, cell: Cell, of_student: Cell) -> str:
        """The form of a prediction, for a script."""
        run, code = self.lesson.record.run, self.lesson.solved.code
        if cell.exercise not in run.questions:
            return ""
        passed = run.outputs[code.index(cell) + 1]
        said = "".join(output.get("text", "") for output in passed).strip()
        try:
            above = code[code.index(cell) - 1]
            beside = "" if above.raises or above.check else join(above.lines)
            return form(join(of_student.lines), run.question(cell.exercise), said, beside)
        except ValueError as error:
            self.diagnostics.append(Diagnostic(cell.path, cell.number, str(error)))
            return ""

    def _add_listings(self, cell: Cell, executed: Executed) -> None:
        """The code of a cell; what is pasted from snippets is folded if there is other code."""
        lines = cell.lines
        pasted, own = parted(cell)
        if pasted and own and not {"recap", "plot"}.intersection(cell.tags):
            executed.pasted, lines = self._code(pasted, folded=True), own
            executed.defines = definitions(pasted)
        elif not own:
            lines = pasted
        # The code of a figure is about the figure: its names do not link.
        executed.code = self._code(
            lines, folded="recap" in cell.tags, links="plot" not in cell.tags
        )

    def _code(self, lines: tuple[Line, ...], *, folded: bool = False, links: bool = True) -> Code:
        lines = _without_gaps(lines)
        marks = self._names.links(lines, folded=folded) if links else []
        return Code(code_html(join(lines), marks), len(lines))


def _prose_of(cell: Cell, values: Iterator[str], link: Callable[[str], str]) -> str:
    """The Markdown of a cell as the page has it, the next values in the places of expressions."""
    prose = rewrite_links(with_values(join(cell.lines), values), link)
    prose = replace_choices(_choices, prose)
    return replace_outside_code(_BOX, lambda box: f'{box["tag"]} markdown="1"', prose)


def _choices(values: list[str], choices: str) -> str:
    """A list to choose from, for a script, which the place of the right one tells."""
    right = values.index("True") if "True" in values else ""
    return f'<div class="choose" data-right="{right}">\n\n{choices.rstrip()}\n\n</div>\n'


def prose_defects(
    tutorial: Tutorial, routes: Routes, convert: Callable[[str], str]
) -> Iterator[Diagnostic]:
    """The first thing in each cell that a page cannot hold: mathematics, lists, HTML.

    `convert` makes HTML of a page's Markdown.
    """
    link = partial(routes.for_page, tutorial)
    for cell in (cell for cell in tutorial.cells if not cell.code):
        try:
            convert(marked(_prose_of(cell, itertools.repeat("1"), link)))
        except PageError as error:
            yield Diagnostic(tutorial.path, line_of(tutorial.path, error.texts), str(error))


def _at_exercise(prose: str) -> tuple[str, str, str]:
    """What stands before the heading of an exercise, that heading, and the task."""
    heading = r"^(#+ Exercise\b[^\n]*)"
    return re.fullmatch(rf"(?ms)(.*?)(?:{heading}\n?(.*))?", prose).groups()


def _openings(cells: Sequence[Cell]) -> dict[int, Cell]:
    """Where the block of each exercise begins: at the cell with its heading, or at its own."""
    openings, heading = {}, None
    for index, cell in enumerate(cells):
        if cell.exercise:
            openings[index if heading is None else heading] = cell
            heading = None
        elif not cell.code and _at_exercise(join(cell.lines))[1]:
            heading = index
    return openings


def _without_gaps(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Code without blank lines at its ends, and with one where a file has two."""
    blank = [not line.text.strip() for line in lines]
    gaps = {row for row in range(len(lines)) if blank[row] and (row == 0 or blank[row - 1])}
    code = join(lines)
    if gaps and ('"""' in code or "'''" in code):  # what is in a string is text, and stays
        gaps -= {number - 1 for number in lines_in_strings(code)}
    kept = [line for row, line in enumerate(lines) if row not in gaps]
    return tuple(kept[:-1] if kept and not kept[-1].text.strip() else kept)


def _metadata(lesson: Lesson, routes: Routes) -> dict[str, Any]:
    """The front matter, for search engines and the theme."""
    code, looked_up = lesson.solved.code, is_looked_up(lesson, routes.site)
    metadata = {
        "description": description(lesson),
        "aim": aim(lesson),
        "course": routes.site.is_course(lesson.name),
        "exercises": sum(cell.exercise is not None for cell in code),
        "minutes": 0 if looked_up else minutes_to_learn(lesson),
    }
    order, place = routes.site.order, routes.folder(lesson.tutorial)
    if place in order:  # where a word is taught comes before where it is used
        metadata["search"] = {"boost": round(2 - order.index(place) / len(order), 2)}
    return metadata


def _context(lesson: Lesson, routes: Routes) -> dict[str, Any]:
    """What page.md.j2 reads beside the blocks."""
    tutorial, site = lesson.tutorial, routes.site
    terms = read_terms(site.docs / site.glossary) if site.glossary else []
    # The files beside the page as it sees them: MkDocs leaves links in HTML as they are.
    folder = "" if routes.suffix == ".ipynb" else f"{tutorial.path.stem}/"
    return {
        "tutorial": tutorial,
        "record": lesson.record,
        "code": lesson.solved.code,
        "routes": routes,
        "pending": lesson.record.pending,
        "looked_up": is_looked_up(lesson, site),
        "terms": terms_comment(terms, site.glossary, routes.page(lesson.name)) if terms else "",
        "folder": folder,
        "stem": folder + tutorial.path.stem,
        "data": {name: len(content) for name, content in lesson.solved.data.items()},
        "above": "../" if routes.suffix == ".ipynb" else "",
        "minutes": minutes_to_read(lesson.solved.cells),
        "versions": labelled(lesson.record.key.versions, site.labels),
        "device": lesson.record.run.device["kind"],
        "device_beside": lesson.beside.run.device["kind"] if lesson.beside else "",
    }
