"""Everything that can be wrong with a percent file."""

from __future__ import annotations

import ast
import builtins
import difflib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from publishing.read.cells import BEGIN, END, KEYS, KINDS, TAGS, Cell, Tutorial
from publishing.read.problem import Line, Problem, join, syntax_error
from publishing.read.prose import expressions

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
    metadata = {key: value for key, value in cell.metadata.items() if key not in ("lines_to_next_cell", "cell_marker")}
    yield from (f"{key} stands twice; only one would count." for key in sorted(set(keys)) if keys.count(key) > 1)
    if cell.cell_type == "raw":
        yield "raw cells are not used here; write `# %% [markdown]` or `# %%`."
    if unread := metadata.get("incorrectly_encoded_metadata"):
        yield f'the metadata cannot be read: {unread}; write key="value" pairs.'
        return
    yield from (_unknown(key, metadata[key]) for key in sorted(metadata.keys() - _RULES.keys()))
    known = {key: value for key, value in metadata.items() if key in _RULES}
    if known and cell.cell_type != "code":
        yield "metadata belongs to code cells; this cell is Markdown."
    yield from (f"{key} {wrong}" for key in sorted(known) if (wrong := _RULES[key](known[key])))
    if "match" in known and "raises" not in known:
        yield "match says what the message of an expected error contains; it needs raises."
    if known.keys() & {"kind", "minutes"} and "exercise" not in known:
        yield 'kind and minutes describe an exercise; add exercise="...".'
    if len(known.keys() & {"exercise", "check", "raises"}) > 1:
        yield "a cell is an exercise, a check or a cell that raises, not two of these."


def _unknown(key: str, value: Any) -> str:
    if key in ("region_name", "cell_depth"):
        return "this form of marker is not used here; write `# %% [markdown]` or `# %%`."
    if key == "title":
        return f'"{value}" is neither a key nor a value; put titles into Markdown, values into quotes.'
    return f'unknown key "{key}"; the keys are {", ".join(KEYS)}.'


_Rule = Callable[[Any], str | None]


def _text(rule: _Rule = lambda value: None) -> _Rule:
    """A rule for a text; what it says of a value ends a sentence that begins with the key."""

    def check(value: Any) -> str | None:
        if not isinstance(value, str) or not value.strip():
            return "must be a text in quotes that is not empty."
        if not value.isprintable():
            return "holds a control character; in quotes, write a backslash twice."
        return rule(value)

    return check


def _id(value: str) -> str | None:
    return None if _ID.fullmatch(value) else f'"{value}" is not an id; use lower-case words joined by hyphens.'


def _kind(value: str) -> str | None:
    return None if value in KINDS else f'"{value}" is not a kind of exercise; write {", ".join(KINDS)}.'


def _minutes(value: str) -> str | None:
    return None if re.fullmatch("[1-9][0-9]?", value) else f'"{value}" is not a number of minutes from 1 to 99.'


def _regex(value: str) -> str | None:
    try:
        re.compile(value)
    except re.error as error:
        return f"is not a regular expression: {error}."
    return None


def _tags(value: Any) -> str | None:
    if not isinstance(value, list):
        return 'must be a list, as in tags=["recap"].'
    unknown = [tag for tag in value if tag not in TAGS]
    return f"holds an unknown tag {unknown[0]!r}; the tags are {', '.join(TAGS)}." if unknown else None


def _exception(name: str) -> str | None:
    """Exceptions of libraries are known by the form of their names; the run compares them with what was raised."""
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, BaseException):
        warns = issubclass(kind, Warning)
        return f'"{name}" is a warning; a reader would see it printed, not raised.' if warns else None
    known = [n for n in dir(builtins) if _ERROR_NAME.fullmatch(n) and not name.endswith(n)]
    if meant := difflib.get_close_matches(name, known, 1, 0.85):
        return f'"{name}" is not an exception; did you mean "{meant[0]}"?'
    if _ERROR_NAME.fullmatch(name):
        return None
    return f'"{name}" is not an exception; give the name of its class, as in raises="TypeError".'


_RULES: dict[str, _Rule] = {
    "exercise": _text(_id),
    "kind": _text(_kind),
    "minutes": _text(_minutes),
    "check": _text(_id),
    "raises": _text(_exception),
    "match": _text(_regex),
    "alt": _text(),
    "tags": _tags,
}


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
    for before, cell in zip([None, *tutorial.cells[:-1]], tutorial.cells, strict=True):
        yield from _code_problems(cell) if cell.code else _prose_problems(cell)
        if "predict" in cell.tags and not (before and not before.code and "?" in join(before.lines)):
            message = "its output is folded for readers to predict; ask them a question in the Markdown before it."
            yield Problem(tutorial.path, cell.number, message)
    yield from _pairing_problems(tutorial.path, code)


def _pairing_problems(path: Path, code: list[Cell]) -> Iterator[Problem]:
    """What is wrong with how exercises and checks follow each other."""
    ids: dict[str, int] = {}
    for before, cell, after in zip([None, *code[:-1]], code, [*code[1:], None], strict=True):
        if cell.exercise:
            if cell.exercise in ids:
                message = f'exercise="{cell.exercise}" stands already at line {ids[cell.exercise]}.'
                yield Problem(path, cell.number, message)
            ids.setdefault(cell.exercise, cell.number)
            if after is None or after.check != cell.exercise:
                message = f'the next code cell must be its check: `# %% check="{cell.exercise}"`.'
                yield Problem(path, cell.number, message)
        if cell.check and (before is None or before.exercise != cell.check):
            message = f'the code cell before it must be its exercise: `# %% exercise="{cell.check}"`.'
            yield Problem(path, cell.number, message)


def _prose_problems(cell: Cell) -> Iterator[Problem]:
    """What is wrong with the expressions in a Markdown cell."""
    for line, expression in expressions(cell.lines):
        try:
            ast.parse(expression, mode="eval")
        except SyntaxError:
            message = "what stands in `{{ }}` is not an expression with an optional format, as in `{{ loss:.3f }}`."
            yield Problem(cell.path, line.number, message)


def _code_problems(cell: Cell) -> Iterator[Problem]:
    """What is wrong with the text of a code cell: solution regions and syntax."""
    opened: Line | None = None
    seen = False
    if not join(cell.lines).strip():
        yield Problem(cell.path, cell.number, "this code cell is empty; remove it.")
    for line in cell.lines:
        if line.text.strip() == BEGIN:
            if opened:
                yield Problem(cell.path, line.number, f"a solution region is already open since line {opened.number}.")
            opened, seen = line, True
        elif line.text.strip() == END:
            if not opened:
                yield Problem(cell.path, line.number, f"ends a solution region that no `{BEGIN}` opened.")
            opened = None
    if opened:
        yield Problem(cell.path, opened.number, f"this solution region is not closed; add `{END}`.")
    if seen and not cell.exercise:
        message = 'has a solution region but is not an exercise; add exercise="..." to its `# %%`.'
        yield Problem(cell.path, cell.number, message)
    if cell.exercise and not seen:
        message = f"is an exercise without a solution region; add `{BEGIN}` and `{END}`."
        yield Problem(cell.path, cell.number, message)
    if error := syntax_error(join(cell.lines)):
        number = cell.lines[min(error.lineno or 1, len(cell.lines)) - 1].number
        yield Problem(cell.path, number, f"SyntaxError: {error.msg}.")
