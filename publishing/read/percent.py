"""A percent file, read into cells with their kind, metadata and source lines."""

import re
import warnings
from collections.abc import Callable, Collection
from pathlib import Path

import jupytext
from nbformat import NotebookNode, ValidationError

from publishing.read.cells import KEYS, Cell, Tutorial
from publishing.read.diagnostic import Diagnostic, Line, SourceError, join, read_source, relative
from publishing.read.rules import magic_diagnostic, metadata_diagnostics, tutorial_diagnostics

_MARKER = re.compile(r"^# *%%")
_LIKE_MARKER = re.compile(r"# *(%%|In\[|<codecell>)")
_FORMAT = {"extension": ".py", "format_name": "percent", "comment_magics": False}


def read_tutorial(path: Path, name: str) -> Tutorial:
    """One tutorial; raises a SourceError with all diagnostics of its file."""
    tutorial, diagnostics = examine(path, name)
    if diagnostics:
        raise SourceError(*diagnostics)
    return tutorial


def examine(path: Path, name: str) -> tuple[Tutorial, list[Diagnostic]]:
    """A tutorial as far as it can be read, and all diagnostics; a SourceError without cells."""
    rows = read_source(path).splitlines()
    markers = _markers(path, rows)
    nodes = _nodes(path, rows, markers)
    cells = [_cell(node, path, marker) for node, marker in zip(nodes, markers, strict=True)]
    if _is_blank(cells[-1]):
        cells.pop()  # Jupyter leaves an empty one at the end
    tutorial = Tutorial(name, path, tuple(cells))
    # What is wrong with marker lines comes first: which cell is whose check, they say.
    found = _marker_diagnostics(nodes, markers, rows) or list(tutorial_diagnostics(tutorial))
    found.sort(key=lambda diagnostic: diagnostic[0])
    return tutorial, [Diagnostic(path, number, message) for number, message in found]


def _markers(path: Path, rows: list[str]) -> list[int]:
    """The lines that begin cells; only comments may stand before the first."""
    markers = [number for number, row in enumerate(rows, 1) if _MARKER.match(row)]
    before = rows[: markers[0] - 1] if markers else []
    if not markers or any(row.strip() and not row.startswith("#") for row in before):
        message = "must begin with a `# %%` line; only comments may stand before it."
        raise SourceError(Diagnostic(path, 1, message))
    return markers


def _nodes(path: Path, rows: list[str], markers: list[int]) -> list[NotebookNode]:
    """The cells that Jupytext reads, one for each marker; a SourceError if it sees others."""
    head = markers[0] - 1  # a licence, a YAML header: nothing that a page shows
    nodes = _parse(rows[head:])
    if nodes is not None and len(nodes) == len(markers):
        return nodes
    number = _first_misread(rows, markers)
    if nodes is None:
        message = 'tags must be a list of texts, as in tags=["recap"].'
    else:
        message = magic_diagnostic(rows[number - 1]) or (
            "Jupytext sees other cells from here on; write `# %%` or `# %% [markdown]`, never"
            " inside a string."
        )
    raise SourceError(Diagnostic(path, number, message))


def _first_misread(rows: list[str], markers: list[int]) -> int:
    """The first line up to which Jupytext sees another number of cells than there are markers."""
    head = markers[0] - 1
    for number, row in enumerate(rows, 1):
        if number > head and _LIKE_MARKER.search(row):
            seen = _parse(rows[head:number]) or ()
            if len(seen) != sum(marker <= number for marker in markers):
                return number
    return markers[-1]


def _parse(rows: list[str]) -> list[NotebookNode] | None:
    """The cells that Jupytext reads, with their comments; None if it cannot for their tags."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # match="\\d" means what its author meant
        try:
            return jupytext.reads("\n".join(rows), fmt=_FORMAT).cells
        except (ValidationError, AttributeError):
            return None


def _marker_diagnostics(
    nodes: list[NotebookNode], markers: list[int], rows: list[str]
) -> list[tuple[int, str]]:
    """What is wrong with marker lines, and Markdown that is not written as comments."""
    found = []
    for node, marker, end in zip(nodes, markers, [*markers[1:], len(rows) + 1], strict=True):
        found += [(marker, message) for message in metadata_diagnostics(node)]
        if node.cell_type == "markdown":
            inside = range(marker + 1, end)
            bare = (number for number in inside if not re.match(r"#|\s*$", rows[number - 1]))
            message = "Markdown is written as comments: begin each line with `# `."
            found += [(number, message) for number in bare][:1]
    return found


def _cell(node: NotebookNode, path: Path, marker: int) -> Cell:
    source = node.source.splitlines()
    lines = tuple(Line(line, path, marker + place) for place, line in enumerate(source, 1))
    known = {key: node.metadata[key] for key in KEYS if key in node.metadata}
    known["tags"] = tuple(known["tags"]) if isinstance(known.get("tags"), list) else ()
    code = node.cell_type == "code"
    return Cell(code=code, path=path, number=marker, lines=lines, **known)


def _is_blank(cell: Cell) -> bool:
    """Whether a cell has neither metadata nor text."""
    bare = Cell(code=True, path=cell.path, number=cell.number, lines=cell.lines)
    return cell == bare and not join(cell.lines).strip()


def files(source: Path) -> dict[str, Path]:
    """The files of all tutorials by name, without Jupyter's checkpoints and editors' locks.

    Raises a SourceError for names that are one on Windows and macOS.
    """
    names = {
        path.relative_to(source).with_suffix(""): path for path in sorted(source.rglob("*.py"))
    }
    found = {
        name.as_posix(): path
        for name, path in names.items()
        if not any(part.startswith(".") for part in name.parts)
    }
    owners = {name.lower(): path for name, path in found.items()}
    for name, path in found.items():
        if (other := owners[name.lower()]) != path:
            what = f"differs from {relative(other)} in capital letters only; rename one of them"
            raise SourceError(Diagnostic(path, 1, f"{what}."))
    return found


def read_tutorials(
    source: Path, read: Callable = read_tutorial, names: Collection[str] = ()
) -> list[Tutorial]:
    """The named tutorials below a folder, or all; raises a SourceError with all diagnostics."""
    tutorials: list[Tutorial] = []
    diagnostics: list[Diagnostic] = []
    for name, path in files(source).items():
        if names and name not in names:
            continue
        try:
            tutorials.append(read(path, name))
        except SourceError as error:
            diagnostics += error.diagnostics
    owners: dict[str, Path] = {}
    for cell in (cell for tutorial in tutorials for cell in tutorial.cells if cell.exercise):
        if (owner := owners.setdefault(cell.exercise, cell.path)) != cell.path:
            message = f'exercise="{cell.exercise}" is already taken by {relative(owner)}.'
            diagnostics.append(Diagnostic(cell.path, cell.number, message))
    if diagnostics:
        raise SourceError(*diagnostics)
    return tutorials
