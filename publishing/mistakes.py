"""Everything that can be wrong with a percent file."""

from __future__ import annotations

import builtins
import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from publishing.cells import BEGIN, END, KEYS, TAGS, Cell, Tutorial
from publishing.source import Line, Problem, syntax_error, text

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_STEM = re.compile(r"[A-Za-z0-9_-]{1,50}")
_ERROR_NAME = re.compile(r"[A-Z]\w*(Error|Exception|Interrupt|Exit|Iteration)")


_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')


def metadata_problems(cell: Any, marker: str) -> Iterator[str]:
    """What is wrong with a marker line, seen by itself.

    Args:
      cell: what Jupytext made of it.
      marker: the line as its author wrote it; of a key that stands twice Jupytext keeps one.
    """
    keys = re.findall(r"(\w+)\s*=", _QUOTED.sub("", marker))
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield f"{key} stands twice; only one would count."
    metadata = {key: value for key, value in cell.metadata.items() if key != "lines_to_next_cell"}
    if cell.cell_type == "raw":
        yield "raw cells are not used here; write `# %% [markdown]` or `# %%`."
    if "incorrectly_encoded_metadata" in metadata:
        yield f'the metadata cannot be read: {metadata["incorrectly_encoded_metadata"]}; write key="value" pairs.'
        return
    for key in sorted(metadata.keys() - {*KEYS, "cell_marker"}):
        if key in ("region_name", "cell_depth"):
            yield "this form of marker is not used here; write `# %% [markdown]` or `# %%`."
        elif key == "title":
            yield f'"{metadata[key]}" is neither a key nor a value; put titles into Markdown, values into quotes.'
        else:
            yield f'unknown key "{key}"; the keys are {", ".join(KEYS)}.'
    if cell.cell_type != "code" and metadata.keys() & {*KEYS}:
        yield "metadata belongs to code cells; this cell is Markdown."
    for key in sorted(metadata.keys() & {*KEYS} - {"tags"}):
        if not isinstance(metadata[key], str) or not metadata[key].strip():
            yield f"{key} must be a text in quotes that is not empty."
        elif not metadata[key].isprintable():
            yield f"{key} holds a control character; in quotes, write a backslash twice."
        elif key in ("exercise", "check") and not _ID.fullmatch(metadata[key]):
            yield f'{key}="{metadata[key]}" is no id; use lower-case words joined by hyphens.'
        elif key == "raises":
            yield from _exception_problems(metadata[key])
        elif key == "match":
            try:
                re.compile(metadata[key])
            except re.error as error:
                yield f"match is no regular expression: {error}."
    tags = metadata.get("tags", [])
    if not isinstance(tags, list):
        yield 'tags must be a list, as in tags=["recap"].'
    elif unknown := [tag for tag in tags if tag not in TAGS]:
        yield f"unknown tag {unknown[0]!r}; the tags are {', '.join(TAGS)}."
    if "match" in metadata and "raises" not in metadata:
        yield "match says what the message of an expected error contains; it needs raises."
    if len(metadata.keys() & {"exercise", "check", "raises"}) > 1:
        yield "a cell is an exercise, a check or a cell that raises, not two of these."


def _exception_problems(name: str) -> Iterator[str]:
    """What keeps `raises` from being the name of an exception.

    Exceptions of libraries are known by the form of their names; the run compares them with what was raised.
    """
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, Warning):
        yield f'raises="{name}" is a warning; a reader would see it printed, not raised.'
    if isinstance(kind, type) and issubclass(kind, BaseException):
        return
    known = [n for n in dir(builtins) if _ERROR_NAME.fullmatch(n) and not name.endswith(n)]
    if meant := difflib.get_close_matches(name, known, 1, 0.85):
        yield f'raises="{name}" is no exception; did you mean "{meant[0]}"?'
    elif not _ERROR_NAME.fullmatch(name):
        yield f'raises="{name}" is no exception; give the name of its class, as in raises="TypeError".'


def tutorial_problems(tutorial: Tutorial) -> Iterator[Problem]:
    """What is wrong with a file whose marker lines are each well-formed."""
    first = tutorial.cells[0]
    if first.code or not first.lines or not re.match("# +[^ #]", first.lines[0].text):
        yield Problem(tutorial.path, first.number, "must begin with a Markdown cell whose first line is `# Title`.")
    if not _STEM.fullmatch(tutorial.path.stem):
        yield Problem(tutorial.path, 1, "name the file with at most 50 letters, digits, hyphens and underscores.")
    code = [cell for cell in tutorial.cells if cell.code]
    if not code:
        yield Problem(tutorial.path, 1, "has no code cell; a page of prose belongs under docs.")
        return
    ids: dict[str, int] = {}
    for cell, following in zip(code, [*code[1:], None], strict=True):
        place = (tutorial.path, cell.number)
        yield from _code_problems(tutorial.path, cell)
        if cell.exercise:
            if cell.exercise in ids:
                yield Problem(*place, f'exercise="{cell.exercise}" stands already at line {ids[cell.exercise]}.')
            ids.setdefault(cell.exercise, cell.number)
            if following is None or following.check != cell.exercise:
                yield Problem(*place, f'the next code cell must be its check: `# %% check="{cell.exercise}"`.')
    for before, cell in zip([None, *code[:-1]], code, strict=True):
        if cell.check and (before is None or before.exercise != cell.check):
            message = f'the code cell before it must be its exercise: `# %% exercise="{cell.check}"`.'
            yield Problem(tutorial.path, cell.number, message)


def _code_problems(path: Path, cell: Cell) -> Iterator[Problem]:
    """What is wrong with the text of a code cell: solution regions and syntax."""
    opened: Line | None = None
    seen = False
    if not text(cell.lines).strip():
        yield Problem(path, cell.number, "this code cell is empty; remove it.")
    for line in cell.lines:
        if line.text.strip() == BEGIN:
            if opened:
                yield Problem(path, line.number, f"a solution region is already open since line {opened.number}.")
            opened, seen = line, True
        elif line.text.strip() == END:
            if not opened:
                yield Problem(path, line.number, f"ends a solution region that no `{BEGIN}` opened.")
            opened = None
    if opened:
        yield Problem(path, opened.number, f"this solution region is not closed; add `{END}`.")
    if seen and not cell.exercise:
        yield Problem(path, cell.number, 'has a solution region but is no exercise; add exercise="..." to its `# %%`.')
    if cell.exercise and not seen:
        yield Problem(path, cell.number, f"is an exercise without a solution region; add `{BEGIN}` and `{END}`.")
    if error := syntax_error(text(cell.lines)):
        number = cell.lines[min(error.lineno or 1, len(cell.lines)) - 1].number
        yield Problem(path, number, f"SyntaxError: {error.msg}.")
