"""A percent file, read into cells with their kind, metadata and source lines."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import jupytext
from nbformat import NotebookNode, ValidationError

from publishing.cells import KEYS, Cell, Tutorial
from publishing.memo import Memo, afresh
from publishing.mistakes import metadata_problems, tutorial_problems
from publishing.source import Line, Problem, SourceError, read_source, shown

_MARKER = re.compile(r"^# *%%")
_LIKE_MARKER = re.compile(r"# *(%%|In\[|<codecell>)")
_FORMAT = {"extension": ".py", "format_name": "percent", "comment_magics": False}


def read_tutorials(source: Path, memo: Memo | Callable = afresh) -> list[Tutorial]:
    """All tutorials below a folder, by name.

    Args:
      source: the folder.
      memo: keeps what was read.

    Raises:
      SourceError: with every problem of every file.
    """
    tutorials, problems, owners = [], [], {}
    for path in sorted(source.rglob("*.py")):
        if any(part.startswith(".") for part in path.relative_to(source).parts):
            continue  # Jupyter's checkpoints, editors' locks
        try:
            name = path.relative_to(source).with_suffix("").as_posix()
            tutorial = memo("tutorial", (path, name, read_source(path)), partial(read_tutorial, path, name))
        except SourceError as error:
            problems += error.problems
            continue
        tutorials.append(tutorial)
        for cell in tutorial.cells:
            if cell.exercise and owners.setdefault(cell.exercise, path) != path:
                message = f'exercise="{cell.exercise}" is already taken by {shown(owners[cell.exercise])}.'
                problems.append(Problem(path, cell.number, message))
    if problems:
        raise SourceError(*problems)
    return tutorials


def read_tutorial(path: Path, name: str) -> Tutorial:
    """One tutorial.

    Raises:
      SourceError: with every problem found in the file.
    """
    written = read_source(path).splitlines()
    markers = [i for i, line in enumerate(written, 1) if _MARKER.match(line)]
    if markers[:1] != [1]:
        raise SourceError(Problem(path, 1, "must begin with a `# %%` line; nothing may stand before it."))
    parsed = _cells(written)
    if parsed is None or len(parsed) != len(markers):
        marked = (n for n, line in enumerate(written, 1) if _LIKE_MARKER.search(line))
        wrong = (n for n in marked if len(_cells(written[:n]) or ()) != sum(m <= n for m in markers))
        message = (
            'tags must be a list of texts, as in tags=["recap"].'
            if parsed is None
            else "Jupytext sees other cells from here on; write `# %%` or `# %% [markdown]`, never inside a string."
        )
        raise SourceError(Problem(path, next(wrong, markers[-1]), message))
    problems: list[Problem] = []
    cells = []
    for found, marker, end in zip(parsed, markers, [*markers[1:], len(written) + 1], strict=True):
        problems += (Problem(path, marker, message) for message in metadata_problems(found, written[marker - 1]))
        bare = (n for n in range(marker + 1, end) if written[n - 1].strip() and not written[n - 1].startswith("#"))
        if found.cell_type == "markdown" and (number := next(bare, None)):
            problems.append(Problem(path, number, "Markdown is written as comments: begin each line with `# `."))
        lines = tuple(Line(line, path, marker + i) for i, line in enumerate(found.source.splitlines(), 1))
        known = {key: found.metadata[key] for key in KEYS if key in found.metadata}
        known["tags"] = tuple(known["tags"]) if isinstance(known.get("tags"), list) else ()
        cells.append(Cell(code=found.cell_type == "code", number=marker, lines=lines, **known))
    tutorial = Tutorial(name, path, tuple(cells))
    if not problems:
        problems += tutorial_problems(tutorial)
    if problems:
        raise SourceError(*sorted(problems, key=lambda problem: problem.number))
    return tutorial


def _cells(written: list[str]) -> list[NotebookNode] | None:
    """The cells that Jupytext reads, comments left as they are; None if it cannot for the tags of one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # match="\\d" means what its author meant
        try:
            return jupytext.reads("\n".join(written), fmt=_FORMAT).cells
        except (ValidationError, AttributeError):
            return None
