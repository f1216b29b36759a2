"""A percent file, read into cells with their kind, metadata and source lines."""

import re
import warnings
from collections.abc import Callable, Collection
from itertools import dropwhile
from pathlib import Path

import jupytext
from nbformat import NotebookNode, ValidationError

from publishing.read.cells import KEYS, Cell, Tutorial
from publishing.read.diagnostic import Diagnostic, Line, SourceError, join, read_source, relative
from publishing.read.rules import (
    inline_magics,
    magic_diagnostic,
    metadata_diagnostics,
    tutorial_diagnostics,
)

_MARKER = re.compile(r"^# *%%")
_LIKE_MARKER = re.compile(r"# *(%%|In\[|<codecell>)")
_FORMAT = {"extension": ".py", "format_name": "percent", "comment_magics": False}


def read_tutorial(path: Path, name: str) -> Tutorial:
    """One tutorial; raises a SourceError with every problem in its file."""
    tutorial, diagnostics = examine(path, name)
    if diagnostics:
        raise SourceError(*diagnostics)
    return tutorial


def examine(path: Path, name: str) -> tuple[Tutorial, list[Diagnostic]]:
    """A tutorial as far as it can be read, and every problem in its file; a SourceError if there are no cells."""
    rows = read_source(path).splitlines()
    markers = [i for i, line in enumerate(rows, 1) if _MARKER.match(line)]
    head = markers[0] - 1 if markers else 0  # a licence, a YAML header: nothing that a page shows
    if not markers or any(row.strip() and not row.startswith("#") for row in rows[:head]):
        raise SourceError(
            Diagnostic(path, 1, "must begin with a `# %%` line; only comments may stand before it.")
        )
    parsed = _cells(rows[head:])
    if parsed is None or len(parsed) != len(markers):
        marked = (n for n, line in enumerate(rows, 1) if n > head and _LIKE_MARKER.search(line))
        wrong = (
            n for n in marked if len(_cells(rows[head:n]) or ()) != sum(m <= n for m in markers)
        )
        message = "Jupytext sees other cells from here on; write `# %%` or `# %% [markdown]`, never inside a string."
        message = magic_diagnostic(rows[(number := next(wrong, markers[-1])) - 1]) or message
        if parsed is None:
            message = 'tags must be a list of texts, as in tags=["recap"].'
        raise SourceError(Diagnostic(path, number, message))
    diagnostics: list[tuple[int, str]] = []
    places: dict[
        str, list[int]
    ] = {}  # of problems of marker lines: what a converter wrote everywhere is told once
    cells: list[Cell] = []
    for node, marker, end in zip(parsed, markers, [*markers[1:], len(rows) + 1], strict=True):
        for message in metadata_diagnostics(node, rows[marker - 1]):
            places.setdefault(message, []).append(marker)
        bare = (
            n
            for n in range(marker + 1, end)
            if rows[n - 1].strip() and not rows[n - 1].startswith("#")
        )
        if node.cell_type == "markdown" and (number := next(bare, None)):
            diagnostics.append(
                (number, "Markdown is written as comments: begin each line with `# `.")
            )
        lines = tuple(
            Line(line, path, marker + i) for i, line in enumerate(node.source.splitlines(), 1)
        )
        if dropped := inline_magics(node.source) if node.cell_type == "code" else ():
            kept = (line for line in lines if line.number - marker not in dropped)
            if not (lines := tuple(dropwhile(lambda line: not line.text.strip(), kept))):
                continue
        known = {key: node.metadata[key] for key in KEYS if key in node.metadata}
        known["tags"] = tuple(known["tags"]) if isinstance(known.get("tags"), list) else ()
        cells.append(
            Cell(code=node.cell_type == "code", path=path, number=marker, lines=lines, **known)
        )
    for message, (first, *others) in places.items():
        also = f" (Also at line {', '.join(map(str, others))}.)" if others else ""
        diagnostics.append((first, message + also))
    last = cells[-1]
    if (
        last == Cell(code=True, path=path, number=last.number, lines=last.lines)
        and not join(last.lines).strip()
    ):
        cells.pop()  # Jupyter leaves an empty one at the end
    tutorial = Tutorial(name, path, tuple(cells))
    told = {number for number, _ in diagnostics}
    diagnostics += (
        diagnostic
        for diagnostic in tutorial_diagnostics(tutorial, unread=bool(places))
        if diagnostic[0] not in told
    )
    return tutorial, [
        Diagnostic(path, *diagnostic)
        for diagnostic in sorted(diagnostics, key=lambda diagnostic: diagnostic[0])
    ]


def files(source: Path) -> dict[str, Path]:
    """The files of all tutorials below a folder, by name, without Jupyter's checkpoints and editors' locks."""
    named = {
        path.relative_to(source).with_suffix(""): path for path in sorted(source.rglob("*.py"))
    }
    return {
        "/".join(name.parts): path
        for name, path in named.items()
        if not re.search(r"(^|/)\.", name.as_posix())
    }


def read_tutorials(
    source: Path, read: Callable = read_tutorial, names: Collection[str] = ()
) -> list[Tutorial]:
    """The named tutorials below a folder, or all; raises a SourceError with every problem of their files."""
    tutorials, diagnostics, owners = [], [], {}
    for name, path in files(source).items():
        if names and name not in names:
            continue
        try:
            tutorials.append(read(path, name))
        except SourceError as error:
            diagnostics += error.diagnostics
    for cell in (cell for tutorial in tutorials for cell in tutorial.cells if cell.exercise):
        if (owner := owners.setdefault(cell.exercise, cell.path)) != cell.path:
            message = f'exercise="{cell.exercise}" is already taken by {relative(owner)}.'
            diagnostics.append(Diagnostic(cell.path, cell.number, message))
    if diagnostics:
        raise SourceError(*diagnostics)
    return tutorials


def _cells(rows: list[str]) -> list[NotebookNode] | None:
    """The cells that Jupytext reads, comments left as they are; None if it cannot for the tags of one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # match="\\d" means what its author meant
        try:
            return jupytext.reads("\n".join(rows), fmt=_FORMAT).cells
        except (ValidationError, AttributeError):
            return None
