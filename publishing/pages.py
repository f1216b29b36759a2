"""An executed tutorial becomes the notebook that mkdocs-jupyter renders, and the figures that lie beside the page."""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from publishing.building import Job
from publishing.cells import Cell
from publishing.codelinks import CodeLinks
from publishing.figures import Figure, figure, is_figure, picture
from publishing.glossary import Glossary
from publishing.highlighting import Link, code_html
from publishing.links import rewritten
from publishing.mathematics import with_mathml
from publishing.reading import minutes
from publishing.routes import EXERCISES, SNIPPETS, Routes
from publishing.source import Line, Problem, SourceError, text
from publishing.variants import VariantCell, node, not_implemented, notebook, stub

_LONGEST_ERROR = 12
_PHONE = 44  # characters of code in a column 390 pixels wide


def page(
    job: Job,
    settings_snippets: Path,
    routes: Routes,
    glossary: Glossary,
    address: Callable[[str], str | None],
) -> tuple[NotebookNode, dict[str, Figure]]:
    """The notebook of a page and its figures by file name.

    Args:
      job: a tutorial with its record.
      settings_snippets: the folder of snippets, for the stubs.
      routes: where links lead.
      glossary: the terms whose first use on the page is linked.
      address: where the documentation of a library's name stands.

    Raises:
      SourceError: for a figure without alt text, mathematics that cannot be read, or a tutorial without a record.
    """
    if job.record is None:
        message = f"has no record of a run, and no page is published without one; `tutorials run {job.name}` makes it."
        raise SourceError(Problem(job.variant.tutorial.path, 1, message))
    outputs = iter(job.record.run.outputs)
    link = partial(routes.for_page, job.variant.tutorial)
    terms = glossary.linking(job.variant.tutorial, link)
    links = CodeLinks(job.variant, address, settings_snippets, routes.from_page(job.variant.tutorial, SNIPPETS))
    slowest = job.variant.code[job.record.slowest]
    cells, figures, problems = [], {}, []
    for index, variant in enumerate(job.variant.cells):
        cell = variant.cell
        try:
            if not cell.code:
                markdown = rewritten(with_mathml(text(variant.lines), variant.lines), link)
                cells.append(node(terms(markdown), code=False, id=f"cell-{index}", metadata={}))
                continue
            shown, drawn = _shown(variant, next(outputs), f"figure-{index}", len(figures) + 1)
            if "hidden" in cell.tags:
                continue
            figures |= drawn
            metadata = _metadata(variant, shown, links, settings_snippets) | {"slowest": variant is slowest}
            cells.append(node("", code=True, id=f"cell-{index}", metadata={"page": metadata}))
        except SourceError as error:
            problems += error.problems
    if problems:
        raise SourceError(*problems)
    return notebook(cells, page=_stamp(job) | _panel(job, routes)), figures | _cover(job)


def _metadata(variant: VariantCell, shown: list[dict], links: CodeLinks, snippets: Path) -> dict[str, Any]:
    """What the template shows of a code cell; a check, which is there to be run, has no links."""
    cell, kind = variant.cell, _kind(variant.cell)
    metadata: dict[str, Any] = {"kind": kind, "exercise": cell.exercise or cell.check, "shown": shown}
    if cell.exercise:
        given = stub(cell, not_implemented(cell), snippets)
        metadata["stub"] = _code(given, links.find(given))
    found = [] if kind == "check" else links.find(variant.lines, folded=kind != "code")
    return metadata | {"code": _code(variant.lines, found)}


def _code(lines: tuple[Line, ...], links: list[Link]) -> dict[str, Any]:
    """Code as the template shows it: `wide` where a phone would have to scroll it."""
    return {"html": code_html(text(lines), links), "wide": any(len(line.text) > _PHONE for line in lines)}


def _cover(job: Job) -> dict[str, Figure]:
    """The figure that stands for a tutorial: that of the cell tagged `cover`, else the first; and as a PNG."""
    drawn = [
        (output, "cover" in variant.cell.tags)
        for variant, outputs in zip(job.variant.code, job.record.run.outputs, strict=True)
        for output in outputs
        if is_figure(output) and "hidden" not in variant.cell.tags
    ]
    if not drawn:
        return {}
    output = max(drawn, key=lambda pair: pair[1])[0]
    cover = figure(output)
    return {f"cover.{cover.suffix}": cover, "cover.png": picture(output)}


def _kind(cell: Cell) -> str:
    if cell.exercise:
        return "exercise"
    if cell.check:
        return "check"
    return "recap" if "recap" in cell.tags else "code"


def _shown(
    variant: VariantCell, outputs: list[NotebookNode], stem: str, number: int
) -> tuple[list[dict], dict[str, Figure]]:
    """The outputs of a cell as the template shows them, and its figure."""
    shown, figures = [], {}
    for output in outputs:
        if output.output_type == "stream":
            shown.append({"kind": output.name, "html": html.escape(output.text.rstrip("\n"))})
        elif output.output_type == "error":
            lines = f"{output.ename}: {output.evalue}".strip().splitlines()
            message = "\n".join(lines[:_LONGEST_ERROR] + ["..."] * (len(lines) > _LONGEST_ERROR))
            shown.append({"kind": "error", "html": html.escape(message), "name": output.ename})
        elif is_figure(output):
            place = (variant.cell.lines[0].path, variant.cell.number)
            try:
                drawn = figure(output)
            except ValueError as error:
                raise SourceError(Problem(*place, str(error))) from None
            if not variant.cell.alt or figures:
                message = "draws a second figure; give each its own cell." if figures else _NO_ALT
                raise SourceError(Problem(*place, message))
            name = f"{stem}.{drawn.suffix}"
            figures[name] = drawn
            sizes = {"src": name, "width": drawn.width, "height": drawn.height}
            shown.append({"kind": "figure", "caption": variant.cell.alt, "number": number, **sizes})
        elif "text/html" in output.data:
            shown.append({"kind": "html", "html": output.data["text/html"]})
        else:
            shown.append({"kind": "value", "html": html.escape(output.data["text/plain"])})
    return shown, figures


_NO_ALT = 'draws a figure but says not what it shows; add alt="..." to the `# %%` line.'


def _panel(job: Job, routes: Routes) -> dict[str, Any]:
    """How long a page takes to read, and how to run it elsewhere."""
    tutorial = job.variant.tutorial
    return {
        "minutes": minutes(job.variant),
        "script": routes.hosted(tutorial, ".py"),
        "notebook": routes.hosted(tutorial, ".ipynb"),
        "colab": routes.colab(tutorial),
        "exercises": routes.from_page(tutorial, EXERCISES),
    }


def _stamp(job: Job) -> dict[str, Any]:
    """What the page says of itself: files beside it, and where and when it ran."""
    record = job.record
    return {
        "name": job.name,
        "stem": job.variant.tutorial.path.stem,
        "device": record.run.device["kind"],
        "seconds": f"{record.seconds:.0f}" if record.seconds >= 10 else f"{record.seconds:.1f}",
        "date": record.executed_at[:10],
        "python": record.key.python,
        "versions": [
            f"{label} {record.key.versions[name]}"
            for name, label in (("jax", "JAX"), ("dm-haiku", "Haiku"))
            if name in record.key.versions
        ],
    }
