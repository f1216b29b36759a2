"""The rules that a course sets itself, from `mkdocs.yml`: what each of its tutorials has."""

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from publishing.read.diagnostic import Diagnostic, Line, counted, join
from publishing.read.prose import fenced, is_choice
from publishing.run.lesson import Lesson
from publishing.settings import Site
from publishing.site.figures import is_figure
from publishing.site.summary import reading

_QUOTED = re.compile(r"`[^`]*`|\$[^$]*\$")
_HEADING = re.compile(r"(#+) ")
_FONT = re.compile(r"font(?:-size)?:[^;\"']*?(\d+(?:\.\d+)?)px")
_QUESTION = re.compile(r'(?s)<div class="admonition question">.*?</div>')
_CHOOSE = "end it with a list of `- [{{ whether it is right }}] what to choose`"
_SCREEN = 358  # CSS pixels that a page gives a figure where the window is 390 wide
_TO_WRITE = {r"\bTODO\b": "this is to be written"}  # in every course
Found = Iterator[tuple[int | Line, str]]  # the line, and what is wrong there


def rules_of(name: str, site: Site) -> dict[str, Any]:
    """The rules of a tutorial: of `all`, of `course` and its folder if it teaches, its own.

    Later ones count more; that nothing is left to be written is a rule everywhere.
    """
    of_course = ["course", name.rpartition("/")[0]] if site.is_course(name) else []
    scopes = ["all", *of_course, name]
    rules = {rule: value for scope in scopes for rule, value in site.rules.get(scope, {}).items()}
    return rules | {table: _TO_WRITE | rules.get(table, {}) for table in _TABLES}


def broken_rules(lesson: Lesson, site: Site) -> list[Diagnostic]:
    """Which rules of the course a tutorial breaks; those about its run, if it has a record."""
    path, rules = lesson.tutorial.path, rules_of(lesson.name, site)
    diagnostics = [
        place.diagnostic(text) if isinstance(place, Line) else Diagnostic(path, place, text)
        for rule in rules
        if rule in RULES
        for place, text in RULES[rule](lesson, rules[rule])
    ]
    return sorted(dict.fromkeys(diagnostics), key=lambda each: (each.path != path, each.number))


def rules_diagnostic(rules: Mapping[str, Any], source: Path) -> str:
    """What is wrong with the rules in `mkdocs.yml`; empty if nothing is."""
    for scope, of_scope in rules.items():
        place = source / str(scope)
        exists = place.is_dir() or place.with_name(f"{place.name}.py").is_file()
        if scope not in ("all", "course") and not exists:
            where = f"a tutorial or a folder of {source.name}"
            return f"rules has `{scope}`; write all, course, or {where}."
        if not isinstance(of_scope, Mapping):
            return f"rules has `{of_scope}` for {scope}; write rule: value."
        for rule, value in of_scope.items():
            if rule not in RULES:
                return f"rules has `{rule}` for {scope}; the rules are {', '.join(RULES)}."
            if (kind := _KINDS.get(rule, int)) and not isinstance(value, kind):
                return f"the rule {rule} of {scope} should be {_CALLED[kind]}."
    return ""


def _words(lesson: Lesson, limits: list[int]) -> Found:
    words, _ = reading(lesson.solved.cells)
    if not limits[0] <= words <= limits[1]:
        limit = f"{limits[0]} to {limits[1]} is the rule"
        yield 1, f"has {words} words outside exercises and folds; {limit}."


def _kinds(lesson: Lesson, least: int) -> Found:
    exercises = [cell for cell in lesson.solved.code if cell.exercise]
    kinds = sorted({cell.kind for cell in exercises if cell.kind})
    if len(kinds) < least:
        wanted = f"its exercises should be of {counted(least, 'kind')} at least"
        yield 1, f"{wanted}; it has {', '.join(kinds) or 'none'}."
    for cell in exercises:
        if not (cell.kind and cell.minutes):
            form = 'kind="build" minutes="10"'
            yield cell.number, f"`{cell.exercise}` should say its kind and its minutes: {form}."


def _has(lesson: Lesson, wanted: list[str]) -> Found:
    code = lesson.solved.code
    has = {tag for cell in code for tag in cell.tags} | {"raises" for cell in code if cell.raises}
    outputs = lesson.record.run.outputs if lesson.record else []
    if not outputs or any(is_figure(output) for of_cell in outputs for output in of_cell):
        has.add("figure")
    called = {"figure": "a figure", "raises": "a cell that must fail"}
    for thing in wanted:
        if thing not in has:
            yield 1, f"should have {called.get(thing, f'a cell with tags=["{thing}"]')}."


def _sections(lesson: Lesson, wanted: list[str]) -> Found:
    """Texts that prose has in this order."""
    lines = _prose(lesson)
    start = 0  # behind the line of the text before
    for text in wanted:
        rows = [row for row, line in enumerate(lines) if text in line.text]
        below = [row for row in rows if row >= start]
        if below:
            start = below[0] + 1
        elif rows:
            order = f"sections have the order {', '.join(wanted)}"
            yield lines[start - 1].number, f"`{text}` should come after this line, as {order}."
        else:
            yield 1, f"`{text}` is missing in its prose."


def _objectives(lesson: Lesson, number: int) -> Found:
    """How many things a page promises, in a list in the box `abstract`."""
    box = re.search(r'<div class="admonition abstract">(.*?)</div>', _text(lesson), re.DOTALL)
    items = re.findall(r"^- ", box[1] if box else "", re.MULTILINE)
    if len(items) != number:
        wanted = f"should promise {number} things in a list in `admonition abstract`"
        yield 1, f"{wanted}; it has {len(items)}."


def _questions(lesson: Lesson, least: int) -> Found:
    """Boxes that ask, each with an answer to unfold."""
    questions = _text(lesson).count('<div class="admonition question">')
    answers = len(re.findall(r"<details>\s*<summary>Answer</summary>", _text(lesson)))
    if questions < least or questions != answers:
        unfolded = counted(answers, "answer to unfold")
        has = f"has {counted(questions, 'question in boxes')} and {unfolded}"
        yield 1, f"{has}; {least} or more is the rule, each with its answer."


def _choices(lesson: Lesson, _: bool) -> Found:
    """Every question in a box, and every output to predict, has something to choose."""
    before = None
    for cell in lesson.solved.cells:
        asks = [] if cell.code else _QUESTION.findall(join(cell.lines))
        if any("- [{{" not in box for box in asks):
            yield cell.number, f"a question in this cell has nothing to choose; {_CHOOSE}."
        if "predict" in cell.tags and not (before and any(map(is_choice, before.lines))):
            yield cell.number, f"the question before it has nothing to choose; {_CHOOSE}."
        before = cell


def _code_cells(lesson: Lesson, most: int) -> Found:
    """How many code cells may come without prose between."""
    shown = [cell for cell in lesson.solved.cells if "hidden" not in cell.tags]
    for is_code, group in itertools.groupby(shown, key=lambda cell: cell.code):
        cells = list(group)
        if is_code and len(cells) > most:
            what = f"{len(cells)} code cells without prose between"
            yield cells[most].number, f"{what}; {most} is the rule."


def _headings(lesson: Lesson, _: bool) -> Found:
    """One title, and no level that is skipped."""
    before = 0
    for line in _prose(lesson):
        if match := _HEADING.match(line.text):
            level = len(match[1])
            if level > before + 1 or (level == 1 and before):
                follow = f"cannot follow one of level {before}"
                yield line.number, f"a heading of level {level} {follow}."
            before = level


def _captions(lesson: Lesson, _: bool) -> Found:
    """Under each figure stands what to conclude from it, which is not what is seen."""
    for cell in (cell for cell in lesson.solved.code if cell.alt and not cell.caption):
        way = "begin its code with a comment, `# Caption: ...`"
        yield cell.number, f"nothing says what to conclude from its figure; {way}."


def _figure_text(lesson: Lesson, least: float) -> Found:
    """How high the text of Matplotlib's drawings is on a phone, in CSS pixels."""
    outputs = lesson.record.run.outputs if lesson.record else []
    for cell, of_cell in zip(lesson.solved.code, outputs, strict=False):
        drawings = (output.get("data", {}).get("image/svg+xml", "") for output in of_cell)
        if (height := min(map(_smallest, drawings), default=least)) < least:
            way = f"{least} is the rule: a larger font or a narrower figure"
            yield cell.number, f"its figure has text {height:.1f} pixels high on a phone; {way}."


def _smallest(svg: str) -> float:
    if not (box := re.search(r'viewBox="0 0 ([\d.]+)', svg)):
        return _SCREEN
    width = float(box[1])
    heights = map(float, _FONT.findall(svg))
    return min(heights, default=_SCREEN) * min(_SCREEN, width * 96 / 72) / width


def _never(lesson: Lesson, patterns: Mapping[str, str]) -> Found:
    """Patterns that prose and descriptions of figures have nowhere, each with the reason.

    Quoted code and formulas are not looked at.
    """
    for line in _prose(lesson):
        yield from _matches(line, _QUOTED.sub("", line.text), patterns)
    for cell in (cell for cell in lesson.solved.code if cell.alt):
        said = Line(f"{cell.alt} {cell.caption}", cell.path, cell.number)
        yield from _matches(said, _QUOTED.sub("", said.text), patterns)


def _never_in_code(lesson: Lesson, patterns: Mapping[str, str]) -> Found:
    """Patterns that code which readers have has nowhere."""
    for cell in lesson.solved.code:
        if "hidden" not in cell.tags:
            for line in cell.lines:
                yield from _matches(line, line.text, patterns)


def _matches(line: Line, text: str, patterns: Mapping[str, str]) -> Found:
    for pattern, reason in patterns.items():
        if match := re.search(pattern, text):
            yield line, f"`{match[0]}`: {reason}."


_LISTS, _TABLES = ("words", "has", "sections"), ("never", "never_in_code")
_KINDS = dict.fromkeys(_LISTS, list) | dict.fromkeys(_TABLES, dict)
_CALLED = {list: "a list", dict: "a table", int: "a number"}
_OF_TEXT = (_words, _sections, _objectives, _questions, _choices, _headings, _never)
_OF_CODE = (_kinds, _has, _code_cells, _never_in_code, _captions, _figure_text)
RULES = {rule.__name__.removeprefix("_"): rule for rule in (*_OF_TEXT, *_OF_CODE)}


def _prose(lesson: Lesson) -> list[Line]:
    """The lines of prose outside fences."""
    lines: list[Line] = []
    for cell in (cell for cell in lesson.solved.cells if not cell.code):
        fences = fenced(join(cell.lines))
        lines += [line for number, line in enumerate(cell.lines) if number not in fences]
    return lines


def _text(lesson: Lesson) -> str:
    return "\n\n".join(join(cell.lines) for cell in lesson.solved.cells if not cell.code)
