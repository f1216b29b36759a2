"""A percent file, read into cells with their kind, metadata and source lines."""

from __future__ import annotations

import re
from pathlib import Path

import jupytext

from publishing.cells import KEYS, Cell, Tutorial
from publishing.mistakes import metadata_problems, tutorial_problems
from publishing.source import Line, Problem, SourceError, read_source

_MARKER = re.compile(r"^# *%%")


def read_tutorials(source: Path) -> list[Tutorial]:
    """All tutorials below a folder, by name.

    Raises:
      SourceError: with every problem of every file.
    """
    tutorials, problems, owners = [], [], {}
    for path in sorted(source.rglob("*.py")):
        try:
            tutorial = read_tutorial(path, path.relative_to(source).with_suffix("").as_posix())
        except SourceError as error:
            problems += error.problems
            continue
        tutorials.append(tutorial)
        for cell in tutorial.cells:
            if cell.exercise and owners.setdefault(cell.exercise, path) != path:
                message = f'exercise="{cell.exercise}" is already taken by {owners[cell.exercise]}.'
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
    if not markers or any(line.strip() for line in written[: markers[0] - 1]):
        raise SourceError(Problem(path, 1, "must begin with a `# %%` line; nothing may stand before it."))
    parsed = jupytext.reads("\n".join(written), fmt="py:percent").cells
    if len(parsed) != len(markers):
        message = f"has {len(markers)} `# %%` lines but Jupytext reads {len(parsed)} cells; move `# %%` out of strings."
        raise SourceError(Problem(path, markers[0], message))
    problems: list[Problem] = []
    cells = []
    for found, marker in zip(parsed, markers, strict=True):
        problems += (Problem(path, marker, message) for message in metadata_problems(found))
        if found.cell_type == "markdown" and written[marker : marker + 1] and written[marker][:1] not in ("#", ""):
            problems.append(Problem(path, marker + 1, "Markdown is written as comments: begin each line with `# `."))
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
