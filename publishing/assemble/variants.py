"""The two forms of a tutorial, solved and for the student: each one notebook that needs nothing of the repository."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from publishing.assemble.inline import Inliner
from publishing.assemble.snippets import names, parse
from publishing.assemble.support import Support, with_kept_names
from publishing.read.cells import BEGIN, KEYS, Cell, Tutorial, regions
from publishing.read.diagnostic import Diagnostic, Line, SourceError, join
from publishing.read.prose import rewrite_links

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

    @property
    def python(self) -> list[Cell]:
        """The code cells that Python can read."""
        return [cell for cell in self.cells if cell.is_python]

    def id(self, cell: Cell) -> str:
        """The id of a cell in the notebooks, `<name>-<index>`."""
        return f"{self.tutorial.path.stem}-{self.cells.index(cell)}"

    def notebook(self, link: Callable[[str], str] = str) -> NotebookNode:
        """The notebook as readers get it: no hidden cells, the author's metadata, links passed through, no outputs."""
        nodes = []
        for cell in (cell for cell in self.cells if "hidden" not in cell.tags):
            source = join(cell.lines) if cell.code else rewrite_links(join(cell.lines), link)
            metadata: dict[str, Any] = {key: value for key in KEYS if (value := getattr(cell, key))}
            if tags := [*cell.tags, *(["raises-exception"] if cell.raises else [])]:
                metadata["tags"] = tags
            if "recap" in cell.tags:
                metadata["jupyter"] = {"source_hidden": True}
            if cell.support:
                nodes.append(
                    _folded(
                        f"Before `{cell.exercise}`",
                        join(cell.support),
                        f"{self.id(cell)}-before",
                        {},
                    )
                )
            if cell.check:
                nodes.append(_folded(f"Check `{cell.check}`", source, self.id(cell), metadata))
            else:
                nodes.append(node(source, code=cell.code, id=self.id(cell), metadata=metadata))
        return notebook(nodes)


def _folded(title: str, source: str, id: str, metadata: dict[str, Any]) -> dict[str, Any]:
    """A code cell that Jupyter folds; so does Colab, which shows the title in its place."""
    metadata |= {"jupyter": {"source_hidden": True}, "cellView": "form"}
    return node(f"# @title {title}\n{source}", code=True, id=id, metadata=metadata)


def node(source: str, *, code: bool, id: str, metadata: dict[str, Any]) -> dict[str, Any]:
    """A cell of a notebook as JSON; nbformat's own function validates each, which costs more than all the rest."""
    cell = {
        "cell_type": "code" if code else "markdown",
        "id": id,
        "metadata": metadata,
        "source": source,
    }
    return cell | {"execution_count": None, "outputs": []} if code else cell


def notebook(cells: list[dict[str, Any]], **metadata: Any) -> NotebookNode:
    """A notebook of cells, not validated."""
    return nbformat.from_dict(
        {"cells": cells, "metadata": METADATA | metadata, "nbformat": 4, "nbformat_minor": 5}
    )


def solve(tutorial: Tutorial, snippets: Path) -> Variant:
    """The variant with solutions and stubs; raises a SourceError if a reader would lack a snippet or a name."""
    variant = _assemble(tutorial, snippets, solved=True)
    variant = replace(variant, cells=with_kept_names(variant.cells))
    # Readers lack a name that a hidden cell bound last or, in a function, that only hidden cells bind.
    uses = [
        (cell, name)
        for cell in variant.python
        for node in parse(cell.lines).body
        for name in names(node)
    ]
    visible = {name.name for cell, name in uses if name.binds and "hidden" not in cell.tags}
    hidden = {name.name: cell for cell, name in uses if name.binds and name.name not in visible}
    last: dict[str, Cell] = {}
    diagnostics: list[Diagnostic] = []
    for cell, (name, number, binds, later) in uses:
        own = name != "get_ipython" and (name in visible or name in hidden)
        if (
            name in ("get_ipython", "display", "In", "Out", "_")
            and not own
            and "hidden" not in cell.tags
        ):
            what = f"`{name}` exists in notebooks only, and scripts lack it; import what you call, name what you keep."
            diagnostics.append(cell.lines[number - 1].diagnostic(what))
        binder = (hidden if later and not cell.check else last).get(name)  # a check runs at once
        if binds:
            last[name] = cell
        elif binder and "hidden" in binder.tags and "hidden" not in cell.tags:
            what = f"uses `{name}`, which the hidden cell at line {binder.number} defines"
            diagnostics.append(
                cell.lines[number - 1].diagnostic(f"{what}; readers do not have that cell.")
            )
    if diagnostics:
        raise SourceError(*diagnostics)
    return variant


def unsolve(tutorial: Tutorial, snippets: Path) -> Variant:
    """The student's variant: each solution region is an error that says what to do; raises a SourceError as `solve`."""
    student, solved = (_assemble(tutorial, snippets, solved=each) for each in (False, True))
    support = [
        cell.support for cell in with_kept_names(solved.cells)
    ]  # what later cells need does not hang on stubs
    return replace(student, cells=tuple(map(_with_support, student.cells, support)))


def _with_support(cell: Cell, support: tuple[Line, ...]) -> Cell:
    return replace(cell, support=support)


def _assemble(tutorial: Tutorial, snippets: Path, *, solved: bool) -> Variant:
    source = tutorial.path.parents[tutorial.name.count("/")]
    inliner = Inliner(snippets, forbidden=(__name__.partition(".")[0], source.name))
    support, cells = Support(tutorial.cells, inliner), []
    for cell in tutorial.cells:
        if not cell.is_python:
            cells.append(cell)
            continue
        before = support.before(cell) if cell.exercise else ()
        cell = replace(cell, lines=support.check(cell)) if cell.check else cell
        given = (
            {"raises": not_implemented(cell), "does nothing": "pass"}
            if solved and cell.exercise
            else {}
        )
        stubs = {
            what: inliner.fork().inline(stub(cell, statement, snippets))
            for what, statement in given.items()
        }
        markers = {index for region in regions(cell) for index in region}
        solution = tuple(line for index, line in enumerate(cell.lines) if index not in markers)
        # Readers lack what is pasted into a hidden cell: a later cell gets it again.
        here = inliner.fork() if "hidden" in cell.tags else inliner
        lines = here.inline(solution if solved else stub(cell, not_implemented(cell), snippets))
        texts = tuple((what, join(text)) for what, text in stubs.items())
        cells.append(replace(cell, lines=lines, support=before, stubs=texts))
        for begin, end in regions(cell):
            inliner.answered(cell.lines[begin + 1 : end])
    if diagnostics := list(support.diagnostics()):
        raise SourceError(*diagnostics)
    return Variant(tutorial, tuple(cells))


def stub(cell: Cell, statement: str, snippets: Path) -> tuple[Line, ...]:
    """The lines of a cell, a statement for each solution region: as the body of snippets if it only imports those."""
    lines: list[Line] = []
    after = 0
    for begin, end in regions(cell):
        marker = cell.lines[begin]
        indent = marker.text[: marker.text.index(BEGIN)]
        given = Inliner(snippets).interface(cell.lines[begin + 1 : end], statement)
        given = given or textwrap.indent(statement, indent).splitlines()
        lines += [*cell.lines[after:begin], *(replace(marker, text=text) for text in given)]
        after = end + 1
    return (*lines, *cell.lines[after:])


def not_implemented(cell: Cell) -> str:
    """The statement that stands for a solution in the student's variant."""
    message = f"Exercise {cell.exercise}: write your code here, then run the check below."
    return f'raise NotImplementedError(\n    "{message}"\n)'
