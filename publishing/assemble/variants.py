"""The two forms of a tutorial, solved and for the student: each one notebook that needs nothing of the repository."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from publishing.assemble.inline import Inliner
from publishing.assemble.snippets import bound_names, scopes, used_names
from publishing.read.cells import BEGIN, KEYS, Cell, Tutorial, regions
from publishing.read.problem import Line, Problem, SourceError, join
from publishing.read.prose import rewrite_links

TOOL = __name__.partition(".")[0]
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
}


@dataclass(frozen=True)
class Variant:
    """A tutorial as one self-contained notebook, every line with its place in the author's files."""

    tutorial: Tutorial
    cells: tuple[Cell, ...]

    @property
    def code(self) -> list[Cell]:
        """The code cells."""
        return [cell for cell in self.cells if cell.code]

    def id(self, cell: Cell) -> str:
        """The id of a cell in the notebooks, `<name>-<index>`."""
        index = next(index for index, other in enumerate(self.cells) if other is cell)
        return f"{self.tutorial.path.stem}-{index}"

    def notebook(self, link: Callable[[str], str] = str) -> NotebookNode:
        """The notebook as readers get it: no hidden cells, cell metadata as the author wrote it, no outputs.

        Args:
          link: what a link in Markdown becomes.
        """
        nodes = []
        for cell in self.cells:
            if "hidden" in cell.tags:
                continue
            metadata: dict[str, Any] = {
                key: value
                for key in KEYS
                if (value := list(cell.tags) if key == "tags" else getattr(cell, key))
            }
            if cell.raises:
                metadata["tags"] = [*cell.tags, "raises-exception"]
            source = join(cell.lines) if cell.code else rewrite_links(join(cell.lines), link)
            if cell.check:
                # Jupyter folds a cell by the one, Colab by the other, which shows the title in its place.
                metadata |= {"jupyter": {"source_hidden": True}, "cellView": "form"}
                source = f"# @title Check `{cell.check}`\n{source}"
            elif "recap" in cell.tags:
                metadata["jupyter"] = {"source_hidden": True}
            nodes.append(node(source, code=cell.code, id=self.id(cell), metadata=metadata))
        return notebook(nodes)


def node(source: str, *, code: bool, id: str, metadata: dict[str, Any]) -> dict[str, Any]:
    """A cell of a notebook as JSON; nbformat's own function validates each, which costs more than all the rest."""
    cell = {"cell_type": "code" if code else "markdown", "id": id, "metadata": metadata, "source": source}
    return cell | {"execution_count": None, "outputs": []} if code else cell


def notebook(cells: list[dict[str, Any]], **metadata: Any) -> NotebookNode:
    """A notebook of cells, not validated."""
    return nbformat.from_dict({"cells": cells, "metadata": METADATA | metadata, "nbformat": 4, "nbformat_minor": 5})


def solve(tutorial: Tutorial, snippets: Path) -> Variant:
    """The variant with every solution in place; its exercises carry the stubs that their checks must refuse.

    Raises:
      SourceError: if a snippet cannot be inlined, or a reader's notebook would lack a name.
    """
    inliner = Inliner(snippets, _forbidden(tutorial))
    cells = []
    for cell in tutorial.cells:
        stubs = tuple(
            (description, join(inliner.fork().inline(stub(cell, statement, snippets))))
            for description, statement in (("raises", not_implemented(cell)), ("does nothing", "pass"))
            if cell.exercise
        )
        cells.append(replace(cell, lines=_assembled(inliner, cell, solution(cell)), stubs=stubs))
    variant = Variant(tutorial, tuple(cells))
    if problems := list(_needing_hidden(variant)):
        raise SourceError(*problems)
    return variant


def unsolve(tutorial: Tutorial, snippets: Path) -> Variant:
    """The student's variant: every solution region is replaced by an error that says what to do.

    Raises:
      SourceError: if a snippet cannot be inlined.
    """
    inliner = Inliner(snippets, _forbidden(tutorial))
    cells = []
    for cell in tutorial.cells:
        cells.append(replace(cell, lines=_assembled(inliner, cell, stub(cell, not_implemented(cell), snippets))))
        for begin, end in regions(cell):
            inliner.answered(cell.lines[begin + 1 : end])
    return Variant(tutorial, tuple(cells))


def _assembled(inliner: Inliner, cell: Cell, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines of a cell as they run. What is pasted into a hidden cell, no reader has: a later cell gets it again."""
    if not cell.code:
        return lines
    return tuple((inliner.fork() if "hidden" in cell.tags else inliner).inline(lines))


def _forbidden(tutorial: Tutorial) -> tuple[str, ...]:
    """The packages of the repository that no notebook can import: this one, and the folder of the tutorials."""
    return TOOL, tutorial.path.parents[tutorial.name.count("/")].name


def solution(cell: Cell) -> tuple[Line, ...]:
    """The lines of a cell without the markers of its solution regions."""
    markers = {index for region in regions(cell) for index in region}
    return tuple(line for index, line in enumerate(cell.lines) if index not in markers)


def stub(cell: Cell, statement: str, snippets: Path) -> tuple[Line, ...]:
    """The lines of a cell with each solution region replaced by one statement.

    A region that only imports snippets gives the reader their signatures and docstrings, with the statement as body.
    """
    lines: list[Line] = []
    after = 0
    for begin, end in regions(cell):
        marker = cell.lines[begin]
        indent = marker.text[: marker.text.index(BEGIN)]
        given = Inliner(snippets).interface(cell.lines[begin + 1 : end], statement)
        given = given or textwrap.indent(statement, indent).splitlines()
        lines += [*cell.lines[after:begin], *(Line(line, marker.path, marker.number) for line in given)]
        after = end + 1
    return (*lines, *cell.lines[after:])


def not_implemented(cell: Cell) -> str:
    """The statement that stands for a solution in the student's variant."""
    message = f"Exercise {cell.exercise}: write your code here, then run the check below."
    return f'raise NotImplementedError(\n    "{message}"\n)'


def _needing_hidden(variant: Variant) -> Iterator[Problem]:
    """Visible cells that use a name which only hidden cells bind: readers do not have those."""
    visible: set[str] = set()
    hidden: dict[str, int] = {}
    for cell in variant.code:
        for statement in ast.parse(join(cell.lines)).body:
            table = scopes(statement)
            if "hidden" in cell.tags:
                hidden |= dict.fromkeys(bound_names(table), cell.number)
                continue
            for name in sorted((used_names(table) & hidden.keys()) - visible):
                line = cell.lines[statement.lineno - 1]
                place = f"line {hidden[name]}"
                message = f"uses `{name}`, which only the hidden cell at {place} defines; readers do not have that cell."
                yield Problem(line.path, line.number, message)
            visible |= bound_names(table)
