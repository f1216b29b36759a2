"""An executed tutorial becomes the notebook that mkdocs-jupyter renders, and the figures that lie beside the page."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from publishing.building import Job
from publishing.cells import Cell
from publishing.figures import Figure, figure, is_figure
from publishing.highlighting import code_html
from publishing.links import rewritten
from publishing.mathematics import with_mathml
from publishing.source import Problem, SourceError, text
from publishing.variants import METADATA, VariantCell, not_implemented, stub

_LONGEST_ERROR = 12


def page(
    job: Job, settings_snippets: Path, link: Any, terms: Callable[[str], str] = str
) -> tuple[NotebookNode, dict[str, Figure]]:
    """The notebook of a page and its figures by file name.

    Args:
      job: a tutorial with its record.
      settings_snippets: the folder of snippets, for the stubs.
      link: what a link of the author's becomes on the page.
      terms: what links the terms of the glossary in a Markdown cell.

    Raises:
      SourceError: for a figure without alt text, or mathematics that cannot be read.
    """
    outputs = iter(job.record.run.outputs)
    cells, figures, problems = [], {}, []
    for index, variant in enumerate(job.variant.cells):
        cell = variant.cell
        try:
            if not cell.code:
                markdown = rewritten(with_mathml(text(variant.lines), variant.lines), link)
                cells.append(new_markdown_cell(terms(markdown), id=f"cell-{index}"))
                continue
            shown, drawn = _shown(variant, next(outputs), f"figure-{index}")
            figures |= drawn
            if "hidden" in cell.tags:
                continue
            metadata = {
                "kind": _kind(cell),
                "exercise": cell.exercise or cell.check,
                "code": code_html(text(variant.lines)),
                "shown": shown,
            }
            if cell.exercise:
                metadata["stub"] = code_html(text(stub(cell, not_implemented(cell), settings_snippets)))
            cells.append(new_code_cell("", id=f"cell-{index}", metadata={"page": metadata}))
        except SourceError as error:
            problems += error.problems
    if problems:
        raise SourceError(*problems)
    return new_notebook(cells=cells, metadata={**METADATA, "page": _stamp(job)}), figures


def _kind(cell: Cell) -> str:
    if cell.exercise:
        return "exercise"
    if cell.check:
        return "check"
    return "recap" if "recap" in cell.tags else "code"


def _shown(variant: VariantCell, outputs: list[NotebookNode], stem: str) -> tuple[list[dict], dict[str, Figure]]:
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
            sizes = {"src": name, "alt": variant.cell.alt, "width": drawn.width, "height": drawn.height}
            shown.append({"kind": "figure", **sizes})
        elif "text/html" in output.data:
            shown.append({"kind": "html", "html": output.data["text/html"]})
        else:
            shown.append({"kind": "value", "html": html.escape(output.data["text/plain"])})
    return shown, figures


_NO_ALT = 'draws a figure but says not what it shows; add alt="..." to the `# %%` line.'


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
