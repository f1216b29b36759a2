"""A percent file, read into cells with their kind, metadata and source lines."""

import re
import warnings
from collections.abc import Callable
from pathlib import Path

import jupytext
from nbformat import NotebookNode, ValidationError

from publishing.read.cells import KEYS, Cell, Tutorial
from publishing.read.problem import Line, Problem, SourceError, read_source, relative
from publishing.read.rules import magic_problem, metadata_problems, tutorial_problems

_MARKER = re.compile(r"^# *%%")
_LIKE_MARKER = re.compile(r"# *(%%|In\[|<codecell>)")
_FORMAT = {"extension": ".py", "format_name": "percent", "comment_magics": False}


def read_tutorial(path: Path, name: str) -> Tutorial:
    """One tutorial; raises a SourceError with every problem in its file."""
    rows = read_source(path).splitlines()
    markers = [i for i, line in enumerate(rows, 1) if _MARKER.match(line)]
    if markers[:1] != [1]:
        raise SourceError(Problem(path, 1, "must begin with a `# %%` line; nothing may stand before it."))
    parsed = _cells(rows)
    if parsed is None or len(parsed) != len(markers):
        marked = (n for n, line in enumerate(rows, 1) if _LIKE_MARKER.search(line))
        wrong = (n for n in marked if len(_cells(rows[:n]) or ()) != sum(m <= n for m in markers))
        message = "Jupytext sees other cells from here on; write `# %%` or `# %% [markdown]`, never inside a string."
        message = magic_problem(rows[(number := next(wrong, markers[-1])) - 1]) or message
        if parsed is None:
            message = 'tags must be a list of texts, as in tags=["recap"].'
        raise SourceError(Problem(path, number, message))
    problems: list[tuple[int, str]] = []
    cells = []
    for node, marker, end in zip(parsed, markers, [*markers[1:], len(rows) + 1], strict=True):
        problems += ((marker, message) for message in metadata_problems(node, rows[marker - 1]))
        bare = (n for n in range(marker + 1, end) if rows[n - 1].strip() and not rows[n - 1].startswith("#"))
        if node.cell_type == "markdown" and (number := next(bare, None)):
            problems.append((number, "Markdown is written as comments: begin each line with `# `."))
        lines = tuple(Line(line, path, marker + i) for i, line in enumerate(node.source.splitlines(), 1))
        known = {key: node.metadata[key] for key in KEYS if key in node.metadata}
        known["tags"] = tuple(known["tags"]) if isinstance(known.get("tags"), list) else ()
        cells.append(Cell(code=node.cell_type == "code", path=path, number=marker, lines=lines, **known))
    tutorial = Tutorial(name, path, tuple(cells))
    if problems := sorted(problems or tutorial_problems(tutorial), key=lambda problem: problem[0]):
        raise SourceError(*(Problem(path, *problem) for problem in problems))
    return tutorial


def read_tutorials(source: Path, read: Callable[[Path, str], Tutorial] = read_tutorial) -> list[Tutorial]:
    """All tutorials below a folder, by name; raises a SourceError with every problem of every file."""
    tutorials, problems, owners = [], [], {}
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        if any(part.startswith(".") for part in parts):
            continue  # Jupyter's checkpoints, editors' locks
        try:
            tutorials.append(read(path, "/".join(parts)))
        except SourceError as error:
            problems += error.problems
    for cell in (cell for tutorial in tutorials for cell in tutorial.cells if cell.exercise):
        if (owner := owners.setdefault(cell.exercise, cell.path)) != cell.path:
            message = f'exercise="{cell.exercise}" is already taken by {relative(owner)}.'
            problems.append(Problem(cell.path, cell.number, message))
    if problems:
        raise SourceError(*problems)
    return tutorials


def _cells(rows: list[str]) -> list[NotebookNode] | None:
    """The cells that Jupytext reads, comments left as they are; None if it cannot for the tags of one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # match="\\d" means what its author meant
        try:
            return jupytext.reads("\n".join(rows), fmt=_FORMAT).cells
        except (ValidationError, AttributeError):
            return None
