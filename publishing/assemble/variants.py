"""The two forms of a tutorial, solved and for students: notebooks that need no repository."""

import ast
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from publishing.assemble.inline import Inliner
from publishing.assemble.snippets import names, names_in, parse
from publishing.assemble.support import Support, with_kept_names
from publishing.read.cells import BEGIN, KEYS, Cell, Tutorial, regions
from publishing.read.data import data_of
from publishing.read.diagnostic import Diagnostic, Line, SourceError, join, syntax_error
from publishing.read.prose import rewrite_links

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
}


@dataclass(frozen=True)
class Variant:
    """A tutorial as one self-contained notebook, whose lines know the author's files."""

    tutorial: Tutorial
    cells: tuple[Cell, ...]
    # What the files hold that its cells read, by name; of the student's variant none.
    data: Mapping[str, bytes] = field(default_factory=dict, repr=False)

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
        return cell_id(self.tutorial.path, str(self.cells.index(cell)))

    def notebook(self, link: Callable[[str], str] = str) -> NotebookNode:
        """The notebook as readers get it: no hidden cells, no outputs, `link` for each link."""
        nodes = []
        for cell in (cell for cell in self.cells if "hidden" not in cell.tags):
            source = join(cell.lines) if cell.code else rewrite_links(join(cell.lines), link)
            metadata: dict[str, Any] = {key: value for key in KEYS if (value := getattr(cell, key))}
            if tags := [*cell.tags, *(["raises-exception"] if cell.raises else [])]:
                metadata["tags"] = tags
            if "recap" in cell.tags:
                metadata["jupyter"] = {"source_hidden": True}
            if cell.support:
                title = f"Before `{cell.exercise}`"
                id = f"{self.id(cell)}-before"
                nodes.append(_folded(title, join(cell.support), id, {}))
            if cell.check:
                title = f"Check `{cell.check}`"
                nodes.append(_folded(title, source, self.id(cell), metadata))
            else:
                nodes.append(node(source, code=cell.code, id=self.id(cell), metadata=metadata))
        return notebook(nodes)


def cell_id(path: Path, end: str) -> str:
    """An id in the notebooks of a tutorial; nbformat allows ASCII alone."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", f"{path.stem}-{end}")


def _folded(title: str, source: str, id: str, metadata: dict[str, Any]) -> dict[str, Any]:
    """A code cell that Jupyter folds; so does Colab, which shows the title in its place."""
    metadata |= {"jupyter": {"source_hidden": True}, "cellView": "form"}
    return node(f"# @title {title}\n{source}", code=True, id=id, metadata=metadata)


def node(source: str, *, code: bool, id: str, metadata: dict[str, Any]) -> dict[str, Any]:
    """A cell of a notebook as JSON; nbformat's own function also validates each, which is slow."""
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
    """The variant with solutions and stubs; a SourceError if readers lack what it needs."""
    variant = _assemble(tutorial, snippets, solved=True)
    variant = replace(variant, cells=with_kept_names(variant.cells), data=data_of(tutorial))
    if diagnostics := list(_lacking(variant)):
        raise SourceError(*diagnostics)
    return variant


def _lacking(variant: Variant) -> Iterator[Diagnostic]:
    """What readers lack: names of notebooks in a script, and those of hidden cells.

    These are a name that a hidden cell bound last and, in a function, one that only those bind.
    """
    uses = [(cell, name) for cell in variant.python for name in names_in(cell.lines)]
    visible = {name.name for cell, name in uses if name.binds and "hidden" not in cell.tags}
    hidden = {name.name: cell for cell, name in uses if name.binds and name.name not in visible}
    last: dict[str, Cell] = {}
    for cell, (name, number, binds, later) in uses:
        binder = (hidden if later and not cell.check else last).get(name)  # a check runs at once
        if binds:
            last[name] = cell
        if "hidden" in cell.tags:
            continue
        own = name != "get_ipython" and (name in visible or name in hidden)
        if name in ("get_ipython", "display", "In", "Out", "_") and not own:
            what = f"`{name}` exists in notebooks only, and scripts lack it"
            way = "import what you call, name what you keep."
            yield cell.lines[number - 1].diagnostic(f"{what}; {way}")
        if not binds and binder and "hidden" in binder.tags:
            what = f"uses `{name}`, which the hidden cell at line {binder.number} defines"
            yield cell.lines[number - 1].diagnostic(f"{what}; readers do not have that cell.")


def unsolve(tutorial: Tutorial, snippets: Path, solved: Variant | None = None) -> Variant:
    """The student's variant: solution regions say what to do; raises as `solve`.

    `solved` is what `solve` made of it, whose code before exercises is that of both.
    """
    student = _assemble(tutorial, snippets, solved=False)
    cells = zip(student.cells, (solved or solve(tutorial, snippets)).cells, strict=True)
    return replace(student, cells=tuple(replace(c, support=other.support) for c, other in cells))


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
        stubs = _stubs(cell, inliner) if solved and cell.exercise else ()
        lines = solution(cell) if solved else stub(cell, snippets)
        # Readers lack what is pasted into a hidden cell: a later cell gets it again.
        lines = (inliner.fork() if "hidden" in cell.tags else inliner).inline(lines)
        cells.append(replace(cell, lines=lines, support=before, stubs=stubs))
        for begin, end in regions(cell):
            inliner.answered(cell.lines[begin + 1 : end])
    if diagnostics := list(support.diagnostics()):
        raise SourceError(*diagnostics)
    return Variant(tutorial, tuple(cells))


def solution(cell: Cell) -> tuple[Line, ...]:
    """The lines of a cell without its markers."""
    markers = {index for region in regions(cell) for index in region}
    return tuple(line for index, line in enumerate(cell.lines) if index not in markers)


def _stubs(cell: Cell, inliner: Inliner) -> tuple[tuple[str, str], ...]:
    """What the check of an exercise must refuse, by description."""
    stubs = {"is left": stub(cell, inliner.snippets)}
    stubs["does nothing"] = stub(cell, inliner.snippets, idle=True)
    return tuple((what, join(inliner.fork().inline(lines))) for what, lines in stubs.items())


def stub(cell: Cell, snippets: Path, *, idle: bool = False) -> tuple[Line, ...]:
    """The lines of a cell with a statement for each region; of a snippet it is the body.

    It raises in a function, and elsewhere binds the names of the region to `...`, so that the cell
    runs although nothing is done; or, if idle, it does nothing.
    """
    to_do = f"Exercise {cell.exercise}: write your code here, then run the check below."
    raises = "pass" if idle else f'raise NotImplementedError(\n    "{to_do}"\n)'
    lines: list[Line] = []
    after = 0
    for begin, end in regions(cell):
        marker, its = cell.lines[begin], cell.lines[begin + 1 : end]
        indent = marker.text[: marker.text.index(BEGIN)]
        bound = [] if idle or _in_function(cell, begin) else _bound(its)
        statement = f"# {to_do}\n{' = '.join(bound)} = ..." if bound else raises
        given = Inliner(snippets).interface(its, raises)
        given = given or textwrap.indent(statement, indent).splitlines()
        lines += [*cell.lines[after:begin], *(replace(marker, text=text) for text in given)]
        after = end + 1
    return (*lines, *cell.lines[after:])


def _in_function(cell: Cell, index: int) -> bool:
    nodes = (node for node in ast.walk(parse(cell.lines)) if isinstance(node, ast.FunctionDef))
    return any(node.lineno <= index < node.end_lineno for node in nodes)


def _bound(lines: tuple[Line, ...]) -> list[str]:
    """The names that lines bind, but by an import or with one underscore in front."""
    text = textwrap.dedent(join(lines))
    body = [] if syntax_error(text) else ast.parse(text).body
    bound: dict[str, None] = {}
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound[node.name] = None
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            bound |= dict.fromkeys(name.name for name in names(node) if name.binds)
    return [name for name in bound if not re.match("_[^_]", name)]
