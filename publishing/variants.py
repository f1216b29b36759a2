"""The forms of a tutorial: solved, to work in, and as a script."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode

from publishing.cells import BEGIN, Cell, Tutorial, regions
from publishing.inlining import Inliner
from publishing.links import rewritten
from publishing.source import Line, text

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
}


@dataclass(frozen=True)
class VariantCell:
    """A cell of a variant: its lines with snippets pasted, and for an exercise the stubs to judge, by description."""

    cell: Cell
    lines: tuple[Line, ...]
    stubs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Variant:
    """A tutorial as one self-contained notebook, every line with its place in the author's files."""

    tutorial: Tutorial
    cells: tuple[VariantCell, ...]

    @property
    def code(self) -> list[VariantCell]:
        """The code cells."""
        return [cell for cell in self.cells if cell.cell.code]

    def notebook(self, link: Callable[[str], str] = str) -> NotebookNode:
        """The notebook: ids `<name>-<index>`, cell metadata as the author wrote it, no outputs.

        Args:
          link: what a link in Markdown becomes.
        """
        stem = self.tutorial.path.stem
        nodes = []
        for index, variant in enumerate(self.cells):
            cell = variant.cell
            metadata = {
                key: value
                for key in ("exercise", "check", "raises", "match", "alt", "tags")
                if (value := list(cell.tags) if key == "tags" else getattr(cell, key))
            }
            if cell.raises:
                metadata["tags"] = [*cell.tags, "raises-exception"]
            if {"hidden", "recap"} & {*cell.tags}:
                metadata["jupyter"] = {"source_hidden": True}
            source = text(variant.lines) if cell.code else rewritten(text(variant.lines), link)
            nodes.append(node(source, code=cell.code, id=f"{stem}-{index}", metadata=metadata))
        return notebook(nodes)


def node(source: str, *, code: bool, id: str, metadata: dict[str, Any]) -> dict[str, Any]:
    """A cell of a notebook as JSON; nbformat's own function validates each, which costs more than all the rest."""
    cell = {"cell_type": "code" if code else "markdown", "id": id, "metadata": metadata, "source": source}
    return cell | {"execution_count": None, "outputs": []} if code else cell


def notebook(cells: list[dict[str, Any]], **metadata: Any) -> NotebookNode:
    """A notebook of cells, not validated."""
    return nbformat.from_dict({"cells": cells, "metadata": METADATA | metadata, "nbformat": 4, "nbformat_minor": 5})


def solved(tutorial: Tutorial, snippets: Path) -> Variant:
    """The variant with every solution in place; its exercises carry the stubs to judge.

    Raises:
      SourceError: if a snippet cannot be inlined.
    """
    inliner = Inliner(snippets)
    cells = []
    for cell in tutorial.cells:
        stubs = tuple(
            (description, text(inliner.fork().inline(stub(cell, statement, snippets))))
            for description, statement in (("raises", not_implemented(cell)), ("does nothing", "pass"))
            if cell.exercise
        )
        cells.append(VariantCell(cell, tuple(_inlined(inliner, cell, solution(cell))), stubs))
    return Variant(tutorial, tuple(cells))


def exercise(tutorial: Tutorial, snippets: Path) -> Variant:
    """The variant to work in: every solution region is replaced by an error that says what to do.

    Raises:
      SourceError: if a snippet cannot be inlined.
    """
    inliner = Inliner(snippets)
    cells = []
    for cell in tutorial.cells:
        lines = _inlined(inliner, cell, stub(cell, not_implemented(cell), snippets))
        cells.append(VariantCell(cell, tuple(lines)))
        for begin, end in regions(cell):
            inliner.answered(cell.lines[begin + 1 : end])
    return Variant(tutorial, tuple(cells))


def solution(cell: Cell) -> tuple[Line, ...]:
    """The lines of a cell without the markers of its solution regions."""
    markers = {index for region in regions(cell) for index in region}
    return tuple(line for index, line in enumerate(cell.lines) if index not in markers)


def stub(cell: Cell, statement: str, snippets: Path) -> tuple[Line, ...]:
    """The lines of a cell with each solution region replaced by one statement.

    A region that only imports snippets gives the reader their signatures and docstrings, with the statement as body.
    """
    kept: list[Line] = []
    after = 0
    for begin, end in regions(cell):
        marker = cell.lines[begin]
        indent = marker.text[: marker.text.index(BEGIN)]
        given = Inliner(snippets).interface(cell.lines[begin + 1 : end], statement)
        given = given or textwrap.indent(statement, indent).splitlines()
        kept += [*cell.lines[after:begin], *(Line(line, marker.path, marker.number) for line in given)]
        after = end + 1
    return (*kept, *cell.lines[after:])


def not_implemented(cell: Cell) -> str:
    """The statement that stands for a solution in the variant to work in."""
    message = f"Exercise {cell.exercise}: write your code here, then run the check below."
    return f'raise NotImplementedError(\n    "{message}"\n)'


def script(variant: Variant, header: str, link: Callable[[str], str] = str) -> str:
    """A solved variant as a program: values are printed, figures saved as PNG, expected errors caught and shown.

    Args:
      variant: the solved variant.
      header: what stands before it: the PEP 723 block.
      link: what a link in Markdown becomes.
    """
    notebook = variant.notebook(link)
    figures = (f"{variant.tutorial.path.stem}-{number}.png" for number in range(1, 1000))
    for node, cell in zip(notebook.cells, variant.cells, strict=True):
        if cell.cell.code:
            node.source = _statements(node.source, figures)
        if cell.cell.raises:
            node.source = _EXPECTED.format(code=textwrap.indent(node.source, "    "), name=cell.cell.raises)
    notebook.metadata["jupytext"] = {"notebook_metadata_filter": "-all", "cell_metadata_filter": "-all"}
    form = {"extension": ".py", "format_name": "percent", "comment_magics": False}
    return header + _SCRIPT + jupytext.writes(notebook, fmt=form)


_SCRIPT = """
import os

os.environ["MPLBACKEND"] = "Agg"  # figures become files in the current folder

"""

_EXPECTED = """try:
{code}
except BaseException as _error:
    if type(_error).__name__ != "{name}":
        raise
    print("{name}, as expected:", _error)
else:
    raise AssertionError("{name} was expected here")
"""


def _statements(source: str, figures: Iterable[str]) -> str:
    """Code for a program: what a notebook would display is printed, `plt.show()` saves a file."""
    lines = source.encode().splitlines()  # the tree counts columns in bytes
    body = ast.parse(source).body
    for node in reversed(body):
        if not isinstance(node, ast.Expr):
            continue
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        before, after = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
        if ast.unparse(node) == "plt.show()":
            name = next(iter(figures))
            gap = b"; " if before else b"\n"
            saved = f'plt.savefig("{name}", bbox_inches="tight", dpi=150)'.encode()
            lines[first : last + 1] = [before + saved + gap + b'plt.close("all")' + after]
        elif node is body[-1] and not _prints(node.value) and not after.lstrip().startswith(b";"):
            lines[last] = lines[last][: node.end_col_offset] + b")" + after
            lines[first] = before + b"print(" + lines[first][node.col_offset :]
    return b"\n".join(lines).decode()


def _prints(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func) == "print"


def _inlined(inliner: Inliner, cell: Cell, lines: tuple[Line, ...]) -> Iterable[Line]:
    return inliner.inline(lines) if cell.code else lines
