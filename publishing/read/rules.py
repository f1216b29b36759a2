"""Everything that can be wrong with a percent file."""

import builtins
import re
from collections.abc import Iterator
from typing import Any

from publishing.read.cells import BEGIN, END, KEYS, KINDS, TAGS, Cell, Tutorial
from publishing.read.diagnostic import join, lines_in_strings, syntax_error
from publishing.read.prose import expressions, prose_diagnostics

_NO_EXPRESSION = (
    "`{{` begins an expression, with a format or without, as in `{{ loss:.3f }}`; "
    "this one does not end on its line, is not Python, or binds a name."
)
# What only IPython understands, and what Jupytext makes of it: a comment.
_MAGIC = re.compile(r"\s*(?:# ?)?(?:[\w, ]+= ?)?(?:%+[a-z]\w|![\w./~])|\s*! ")
_INLINE = re.compile(r"(# ?)?%matplotlib +inline\s*")
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')
_SHORT = 10  # lines of the short version
_ID = (r"[a-z0-9]+(-[a-z0-9]+)*", "an id; use lower-case words joined by hyphens")
# What Jupyter, Colab and editors write: it does not say what a cell is.
_OF_TOOLS = re.compile(
    "cellView|cell_marker|colab(_type)?|collapsed|deletable|editable|execution(Info)?|(heading_)?collapsed|hidden|id"
    "|jp-MarkdownHeadingCollapsed|jupyter|lines_to_next_cell|outputId|pycharm|scrolled|slideshow|vscode"
)
# What tags of other tools are here.
SAME_TAGS = {
    "hide-cell": "recap",
    "hide-input": "recap",
    "remove-input": "recap",
    "remove-cell": "hidden",
}
_TAGS_ELSEWHERE = {
    "raises-exception": 'raises="TypeError", with the name of the exception',
    "skip-execution": "a Markdown cell with a fence",
} | {
    tag: f'tags=["{same}"]' + ', or tags=["plot"] for a figure' * (same == "recap")
    for tag, same in SAME_TAGS.items()
}
_FORMS = {
    "exercise": _ID,
    "check": _ID,
    "kind": ("|".join(KINDS), f"a kind of exercise; the kinds are {', '.join(KINDS)}"),
    "minutes": ("[1-9][0-9]?", "a number of minutes from 1 to 99"),
}


def metadata_diagnostics(cell: Any, marker: str) -> Iterator[str]:
    """What is wrong with a marker line, given what Jupytext made of it: of a key that stands twice, it keeps one."""
    keys = re.findall(r"(\w+)\s*=", _QUOTED.sub("", marker))
    metadata = {key: value for key, value in cell.metadata.items() if not _OF_TOOLS.fullmatch(key)}
    yield from (
        f"{key} stands twice; only one would count."
        for key in sorted(set(keys))
        if keys.count(key) > 1
    )
    if cell.cell_type == "raw":
        yield "raw cells are not used here; write `# %% [markdown]` or `# %%`."
    if unread := metadata.get("incorrectly_encoded_metadata"):
        yield f'the metadata cannot be read: {unread}; write key="value" pairs.'
        return
    for key in sorted(metadata.keys() - KEYS):
        if key in ("region_name", "cell_depth"):
            yield "this form of marker is not used here; write `# %% [markdown]` or `# %%`."
        elif key == "title":
            yield f'"{metadata[key]}" is neither a key nor a value; put titles into Markdown, values into quotes.'
        else:
            yield f'unknown key "{key}"; the keys are {", ".join(KEYS)}.'
    known = {key: value for key, value in metadata.items() if key in KEYS}
    if known and cell.cell_type != "code":
        yield "metadata belongs to code cells; this cell is Markdown."
    wrong = {
        key: message for key in sorted(known) if (message := _value_diagnostic(key, known[key]))
    }
    yield from (f"{key} {message}" for key, message in wrong.items())
    if "match" in known and "raises" not in known:
        yield "match says what the message of an expected error contains; it needs raises."
    if known.keys() & {"kind", "minutes"} and "exercise" not in known:
        yield 'kind and minutes describe an exercise; add exercise="...".'
    if len(known.keys() & {"exercise", "check", "raises"}) > 1:
        yield "a cell is an exercise, a check or a cell that raises, not two of these."
    tags = set() if "tags" in wrong else {*known.get("tags", [])}
    if "hidden" in tags and (known.keys() & {"exercise", "check"} or tags - {"hidden", "varies"}):
        yield "readers do not see a hidden cell: it cannot be an exercise or a check, nor have another tag but varies."


def _value_diagnostic(key: str, value: Any) -> str | None:
    """What is wrong with the value of a key: the end of a sentence that begins with the key."""
    if key == "tags":
        if not isinstance(value, list):
            return 'must be a list, as in tags=["recap"].'
        unknown = [tag for tag in value if tag not in TAGS]
        if unknown and (ours := _TAGS_ELSEWHERE.get(str(unknown[0]))):
            return f'holds "{unknown[0]}", a tag of other tools; write {ours}.'
        return (
            f"holds an unknown tag {unknown[0]!r}; the tags are {', '.join(TAGS)}."
            if unknown
            else None
        )
    if key == "alt" and isinstance(value, list) and value:
        return next(filter(None, (_value_diagnostic("", text) for text in value)), None)
    if not isinstance(value, str) or not value.strip():
        return "must be a text in quotes that is not empty."
    if not value.isprintable():
        return "holds a control character; in quotes, write a backslash twice."
    if key in _FORMS and not re.fullmatch(_FORMS[key][0], value):
        return f'"{value}" is not {_FORMS[key][1]}.'
    if key == "match":
        try:
            re.compile(value)
        except re.error as error:
            return f"is not a regular expression: {error}."
    kind = (
        getattr(builtins, value, None) if key == "raises" else None
    )  # the run compares names with what was raised
    if isinstance(kind, type) and issubclass(kind, Warning):
        return f'"{value}" is a warning, which is printed and not raised; write tags=["warns"] to show it.'
    return None


def tutorial_diagnostics(tutorial: Tutorial, *, unread: bool = False) -> Iterator[tuple[int, str]]:
    """What is wrong with the cells of a file: the line, and what to say of it.

    Where marker lines are `unread`, which cell is whose check is not asked: they would say so.
    """
    first, code = tutorial.cells[0], [cell for cell in tutorial.cells if cell.code]
    if first.code or not first.lines or not re.match("# +[^ #]", first.lines[0].text):
        yield first.number, "must begin with a Markdown cell whose first line is `# Title`."
    if not re.fullmatch("[A-Za-z0-9_-]{1,50}", tutorial.path.stem):
        yield 1, "name the file with at most 50 letters, digits, hyphens and underscores."
    if not code:
        yield 1, "has no code cell; a page of prose belongs under docs."
    for cell in (cell for cell in code if "short" in cell.tags):
        if cell is not tutorial.cells[1]:
            yield (
                cell.number,
                "the short version is the second cell, after the title and before anything else.",
            )
        if (lines := sum(bool(line.text.strip()) for line in cell.lines)) > _SHORT:
            yield (
                cell.number,
                f"the short version has {lines} lines; keep the {_SHORT} that answer most.",
            )
    question = False
    for cell in tutorial.cells:
        if cell.code:
            yield from _code_diagnostics(cell, unread)
        else:
            yield from (
                (line.number, _NO_EXPRESSION)
                for line, found in expressions(cell.lines)
                if not found
            )
            yield from dict.fromkeys(prose_diagnostics(cell.lines))
        if "predict" in cell.tags and not question:
            yield (
                cell.number,
                "its output is folded for readers to predict; ask them a question in the cell before it.",
            )
        question = not cell.code and "?" in join(cell.lines)
    if unread:
        return
    ids: dict[str, int] = {}
    row = [None, *code, None]
    for before, cell, after in zip(row, code, row[2:], strict=False):
        if cell.exercise:
            if (first := ids.setdefault(cell.exercise, cell.number)) != cell.number:
                yield cell.number, f'exercise="{cell.exercise}" stands already at line {first}.'
            if after is None or after.check != cell.exercise:
                yield (
                    cell.number,
                    f'the next code cell must be its check: `# %% check="{cell.exercise}"`.',
                )
        if cell.check and (before is None or before.exercise != cell.check):
            yield (
                cell.number,
                f'the code cell before it must be its exercise: `# %% exercise="{cell.check}"`.',
            )


def _code_diagnostics(cell: Cell, unread: bool) -> Iterator[tuple[int, str]]:
    if not join(cell.lines).strip():
        yield cell.number, "this code cell is empty; remove it."
    marks = {
        line.number: line.text.strip() for line in cell.lines if line.text.strip() in (BEGIN, END)
    }
    begun = 0
    for number, mark in marks.items():
        if mark == BEGIN and begun:
            yield number, f"a solution region is already open since line {begun}."
        if mark == END and not begun:
            yield number, f"ends a solution region that no `{BEGIN}` opened."
        begun = number if mark == BEGIN else 0
    if begun:
        yield begun, f"this solution region is not closed; add `{END}`."
    if BEGIN in marks.values() and not cell.exercise and not unread:
        yield (
            cell.number,
            'has a solution region but is not an exercise; add exercise="..." to its `# %%`.',
        )
    if cell.exercise and BEGIN not in marks.values():
        yield cell.number, f"is an exercise without a solution region; add `{BEGIN}` and `{END}`."
    if error := syntax_error(join(cell.lines)):
        line = cell.lines[min(error.lineno or 1, len(cell.lines)) - 1]
        way = "; await within `main`, and call `ThreadPoolExecutor().submit(asyncio.run, main()).result()`"
        way = way if re.search("await|async", error.msg) else ""
        if magic := magic_diagnostic(line.text):
            yield line.number, magic
        elif cell.is_python:
            yield line.number, f"SyntaxError: {error.msg}{way}."
        return
    texts = lines_in_strings(join(cell.lines))
    comments = (
        line
        for n, line in enumerate(cell.lines, 1)
        if n not in texts and line.text.lstrip().startswith("#")
    )
    yield from (
        (line.number, message) for line in comments if (message := magic_diagnostic(line.text))
    )


def inline_magics(source: str) -> set[int]:
    """The lines of a cell that are `%matplotlib inline`, which has no effect; text in a string is not among them."""
    lines = source.splitlines()
    marked = {number for number, line in enumerate(lines, 1) if _INLINE.fullmatch(line)}
    code = "\n".join("pass" if number in marked else line for number, line in enumerate(lines, 1))
    return marked - (set() if not marked or syntax_error(code) else lines_in_strings(code))


def magic_diagnostic(line: str) -> str:
    """What to say of a line that only IPython understands; empty for any other."""
    code = line.strip().removeprefix("# ")
    instead = "time code with a function, as `timeit` has; run commands with `subprocess`; leave out the rest"
    return (
        f"`{code}` works in notebooks only, and scripts lack it; {instead}."
        if _MAGIC.match(line)
        else ""
    )
