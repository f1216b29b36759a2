"""Everything that can be wrong with a percent file."""

import re
from collections.abc import Iterator, Sequence, Set
from typing import Any

from publishing.read.cells import BEGIN, END, KEYS, KINDS, TAGS, Cell, Tutorial
from publishing.read.diagnostic import join, lines_in_strings, script_blocks, syntax_error
from publishing.read.prose import excess, expressions, prose_diagnostics

_NO_EXPRESSION = (
    "`{{` begins an expression, with a format or without, as in `{{ loss:.3f }}`; "
    "this one does not end on its line, is not Python, or binds a name."
)
# What only IPython understands, and what Jupytext makes of it: a comment.
_MAGIC = re.compile(r"\s*(?:# ?)?(?:[\w, ]+= ?)?(?:%+[a-z]\w|%%[A-Z]|![\w./~])|\s*! ")
# What to do instead of a magic, by its names.
_INSTEAD = {
    "html|svg|latex|markdown": "write this in a Markdown cell, `# %% [markdown]`",
    "javascript|js": "a page runs no script of a cell: say it in words, or draw it",
    "R|julia|perl|ruby|sql": "the code of a tutorial is Python: write it so, or keep its result",
    "!|bash|sh|script|system|sx|cd|ls": "do it in Python, or before the course is built",
    "(re)?load_ext": "leave it out, with the magics that it brings",
    "time|timeit|prun|lprun": "measure with `time.perf_counter()`",
    "writefile|file": "put the file beside the page, or write it in Python",
}
_ORDER = re.compile(  # what a text says that orders numbers
    r"(?i)\b(less|least|more|most|twice|times as"
    r"|(cheap|fast|great|high|larg|long|low|quick|short|slow|small)(er|est))\b"
)
_SHORT, _NARROW = 10, 60  # lines of the short version, and characters that a phone shows of one
_ID = (r"[^\W_A-Z]+(-[^\W_A-Z]+)*", "an id; use lower-case words joined by hyphens")
# What Jupyter, Colab and editors write: it does not say what a cell is.
_OF_TOOLS = re.compile(
    "cellView|cell_marker|colab(_type)?|collapsed|deletable|editable|execution(Info)?|(heading_)?collapsed|hidden|id"
    "|jp-MarkdownHeadingCollapsed|jupyter|lines_to_next_cell|outputId|pycharm|scrolled|slideshow|vscode"
)
_FORMS = {
    "exercise": _ID,
    "check": _ID,
    "kind": ("|".join(KINDS), f"a kind of exercise; the kinds are {', '.join(KINDS)}"),
    "minutes": ("[1-9]|[1-5][0-9]|60", "a number of minutes from 1 to 60"),
}


def metadata_diagnostics(cell: Any) -> Iterator[str]:
    """What is wrong with a marker line."""
    if cell.cell_type == "raw":
        yield "raw cells are not used here; write `# %% [markdown]` or `# %%`."
    metadata = {key: value for key, value in cell.metadata.items() if not _OF_TOOLS.fullmatch(key)}
    if unread := metadata.get("incorrectly_encoded_metadata"):
        yield f'the metadata cannot be read: {unread}; write key="value" pairs.'
        return
    for key in sorted(metadata.keys() - KEYS):
        yield _unknown_key(key, metadata[key])
    known = {key: metadata[key] for key in sorted(metadata.keys() & KEYS)}
    if known and cell.cell_type != "code":
        yield "metadata belongs to code cells; this cell is Markdown."
    wrong = {key: message for key in known if (message := _value_diagnostic(key, known[key]))}
    yield from (f"{key} {message}" for key, message in wrong.items())
    tags = set() if "tags" in wrong else {*known.get("tags", [])}
    yield from _combination_diagnostics(known.keys(), tags)


def _unknown_key(key: str, value: Any) -> str:
    if key in ("region_name", "cell_depth"):
        return "this form of marker is not used here; write `# %% [markdown]` or `# %%`."
    if key == "title":
        way = "put titles into Markdown, values into quotes"
        return f'"{value}" is neither a key nor a value; {way}.'
    return f'unknown key "{key}"; the keys are {", ".join(KEYS)}.'


def _combination_diagnostics(keys: Set[str], tags: set[str]) -> Iterator[str]:
    """Which keys and tags of a cell do not go together."""
    if "match" in keys and "raises" not in keys:
        yield "match says what the message of an expected error contains; it needs raises."
    if keys & {"kind", "minutes"} and "exercise" not in keys:
        yield 'kind and minutes describe an exercise; add exercise="...".'
    if len(keys & {"exercise", "check", "raises"}) > 1:
        yield "a cell is an exercise, a check or a cell that raises, not two of these."
    if "hidden" in tags and (keys & {"exercise", "check"} or tags - {"hidden", "varies"}):
        yield (
            "readers do not see a hidden cell: it cannot be an exercise or a check, nor have"
            " another tag but varies."
        )


def _value_diagnostic(key: str, value: Any) -> str | None:
    """What is wrong with the value of a key: the end of a sentence that begins with the key."""
    if key == "tags":
        return _tags_diagnostic(value)
    if key == "alt" and isinstance(value, list) and value:
        return next(filter(None, (_value_diagnostic("", text) for text in value)), None)
    if not isinstance(value, str) or not value.strip():
        return "must be a text in quotes that is not empty."
    if not value.isprintable():
        return "holds a control character; in quotes, write a backslash twice."
    return _text_diagnostic(key, value)


def _text_diagnostic(key: str, text: str) -> str | None:
    if key in _FORMS and not re.fullmatch(_FORMS[key][0], text):
        return f'"{text}" is not {_FORMS[key][1]}.'
    if key == "match":
        try:
            re.compile(text)
        except re.error as error:
            return f"is not a regular expression: {error}."
    return None


def _tags_diagnostic(tags: Any) -> str | None:
    if not isinstance(tags, list):
        return 'must be a list, as in tags=["recap"].'
    unknown = [tag for tag in tags if tag not in TAGS]
    if unknown:
        return f"holds an unknown tag {unknown[0]!r}; the tags are {', '.join(TAGS)}."
    return None


def tutorial_diagnostics(tutorial: Tutorial) -> Iterator[tuple[int, str]]:
    """What is wrong with the cells of a file: the line, and what to say of it."""
    yield from _file_diagnostics(tutorial)
    prose = [cell for cell in tutorial.cells if not cell.code]
    if much := excess("\n\n".join(join(cell.lines) for cell in prose)):
        longest = max(prose, key=lambda cell: len(join(cell.lines)))
        yield longest.lines[0].number, f"the text {much}"
        return
    before = None
    for cell in tutorial.cells:
        yield from _code_diagnostics(cell) if cell.code else _prose_diagnostics(cell)
        asked = before and not before.code and "?" in join(before.lines)
        if "predict" in cell.tags and not asked:
            way = "ask them a question in the cell before it"
            yield cell.number, f"its output is folded for readers to predict; {way}."
        before = cell
    yield from _measurement_diagnostics(tutorial.cells)
    yield from _exercise_diagnostics([cell for cell in tutorial.cells if cell.code])


def _file_diagnostics(tutorial: Tutorial) -> Iterator[tuple[int, str]]:
    """What is wrong with a file as a whole: its title, its name, its short version."""
    first, code = tutorial.cells[0], [cell for cell in tutorial.cells if cell.code]
    if first.code or not first.lines or not re.match("# +[^ #]", first.lines[0].text):
        yield first.number, "must begin with a Markdown cell whose first line is `# Title`."
    if not re.fullmatch(r"[\w-]{1,50}", tutorial.path.stem):
        yield 1, "name the file with at most 50 letters, digits, hyphens and underscores."
    if not code:
        yield 1, "has no code cell; a page of prose belongs under docs."
    for cell in (cell for cell in code if "short" in cell.tags):
        if cell is not tutorial.cells[1]:
            place = "after the title and before anything else"
            yield cell.number, f"the short version is the second cell, {place}."
        if (lines := sum(bool(line.text.strip()) for line in cell.lines)) > _SHORT:
            way = f"keep the {_SHORT} that answer most"
            yield cell.number, f"the short version has {lines} lines; {way}."
        for line in (line for line in cell.lines if len(line.text) > _NARROW):
            what = f"a line of the short version has {len(line.text)} characters"
            yield line.number, f"{what}; a phone shows {_NARROW}, so write less in it."


def _prose_diagnostics(cell: Cell) -> Iterator[tuple[int, str]]:
    for line, expression in expressions(cell.lines):
        if not expression:
            yield line.number, _NO_EXPRESSION
    yield from dict.fromkeys(prose_diagnostics(cell.lines))


def _measurement_diagnostics(cells: Sequence[Cell]) -> Iterator[tuple[int, str]]:
    """Which measurements a text between the same headings, or their `alt`, orders unasserted."""
    sections: list[list[Cell | str]] = [[]]  # code cells and texts between two headings
    for cell in cells:
        first, *others = [cell] if cell.code else re.split(r"(?m)^#+ .*$", join(cell.lines))
        sections[-1].append(first)
        sections += [[text] for text in others]
    for section in sections:
        for place, cell in enumerate(section):
            if isinstance(cell, str) or "varies" not in cell.tags or "hidden" in cell.tags:
                continue
            *_, before = ["", *(part for part in section[:place] if isinstance(part, str))]
            behind = section[place + 1 :]
            texts = [str(cell.alt or ""), before, *(t for t in behind if isinstance(t, str))]
            word = next(filter(None, map(_ORDER.search, texts)), None)
            if word and not any(isinstance(part, Cell) and _asserts(part) for part in behind):
                way = 'assert it before the next heading, in a cell with tags=["hidden", "varies"]'
                what = f'its numbers vary, and a text beside it says "{word[0]}"'
                yield cell.number, f"{what}; {way}."


def _asserts(cell: Cell) -> bool:
    return {"hidden", "varies"} <= {*cell.tags} and "assert " in join(cell.lines)


def _exercise_diagnostics(code: list[Cell]) -> Iterator[tuple[int, str]]:
    """Which exercises and checks do not follow each other."""
    ids: dict[str, int] = {}
    for before, cell, after in zip([None, *code], code, [*code[1:], None], strict=False):
        if cell.exercise:
            if (first := ids.setdefault(cell.exercise, cell.number)) != cell.number:
                yield cell.number, f'exercise="{cell.exercise}" stands already at line {first}.'
            if after is None or after.check != cell.exercise:
                marker = f'`# %% check="{cell.exercise}"`'
                yield cell.number, f"the next code cell must be its check: {marker}."
        if cell.check and (before is None or before.exercise != cell.check):
            marker = f'`# %% exercise="{cell.check}"`'
            yield cell.number, f"the code cell before it must be its exercise: {marker}."


def _code_diagnostics(cell: Cell) -> Iterator[tuple[int, str]]:
    if not join(cell.lines).strip():
        yield cell.number, "this code cell is empty; remove it."
    marks = [(line.number, line.text.strip()) for line in cell.lines]
    marks = [(number, mark) for number, mark in marks if mark in (BEGIN, END)]
    yield from _region_diagnostics(marks)
    has_region = BEGIN in dict(marks).values()
    if has_region and not cell.exercise:
        way = 'add exercise="..." to its `# %%`'
        yield cell.number, f"has a solution region but is not an exercise; {way}."
    if cell.exercise and not has_region:
        yield cell.number, f"is an exercise without a solution region; add `{BEGIN}` and `{END}`."
    if error := syntax_error(join(cell.lines)):
        yield from _syntax_diagnostics(cell, error)
        return
    yield from ((found.number, found.message) for found in script_blocks(cell.lines))
    texts = lines_in_strings(join(cell.lines))
    for place, line in enumerate(cell.lines, 1):
        is_comment = place not in texts and line.text.lstrip().startswith("#")
        if is_comment and (message := magic_diagnostic(line.text)):
            yield line.number, message


def _region_diagnostics(marks: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Which marks of solution regions do not fit together."""
    begun = 0
    for number, mark in marks:
        if mark == BEGIN and begun:
            yield number, f"a solution region is already open since line {begun}."
        if mark == END and not begun:
            yield number, f"ends a solution region that no `{BEGIN}` opened."
        begun = number if mark == BEGIN else 0
    if begun:
        yield begun, f"this solution region is not closed; add `{END}`."


def _syntax_diagnostics(cell: Cell, error: SyntaxError) -> Iterator[tuple[int, str]]:
    line = cell.lines[min(error.lineno or 1, len(cell.lines)) - 1]
    if magic := magic_diagnostic(line.text):
        yield line.number, magic
    elif cell.is_python:
        way = '; write r"..."' if "invalid escape" in error.msg else ""
        yield line.number, f"SyntaxError: {error.msg}{way}."


def magic_diagnostic(line: str) -> str:
    """What to say of a line that only IPython understands; empty for any other."""
    if not _MAGIC.match(line):
        return ""
    code = line.strip().removeprefix("# ")
    name = re.search(r"%+(\w+)|!", code)[1] or "!"
    ways = (way for names, way in _INSTEAD.items() if re.fullmatch(names, name))
    way = next(ways, "leave it out, or write Python")
    return f"`{code}` works in notebooks only, and scripts lack it; {way}."
