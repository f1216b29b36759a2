"""The rules that a course sets itself, from `mkdocs.yml`: what each of its tutorials has, and how much of it."""

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from publishing.read.diagnostic import Diagnostic, Line, counted, join
from publishing.read.prose import fenced
from publishing.run.lesson import Lesson
from publishing.settings import Site
from publishing.site.figures import is_figure
from publishing.site.summary import reading

_QUOTED = re.compile(r"`[^`]*`|\$[^$]*\$")
_HEADING = re.compile(r"(#+) ")
Found = Iterator[tuple[int | Line, str]]  # the line, and what is wrong there


def rules_of(name: str, site: Site) -> dict[str, Any]:
    """The rules of a tutorial: of `all`, of `course` and its folder if it teaches, its own; later ones count more."""
    scopes = ["all", *(["course", name.rpartition("/")[0]] if site.is_course(name) else []), name]
    return {rule: value for scope in scopes for rule, value in site.rules.get(scope, {}).items()}


def broken_rules(lesson: Lesson, site: Site) -> list[Diagnostic]:
    """Which rules of the course a tutorial breaks; those about its run, if it has a record."""
    path, rules = lesson.solved.tutorial.path, rules_of(lesson.name, site)
    found = [each for rule in rules if rule in RULES for each in RULES[rule](lesson, rules[rule])]
    diagnostics = [
        place.diagnostic(text) if isinstance(place, Line) else Diagnostic(path, place, text)
        for place, text in found
    ]
    return sorted(
        dict.fromkeys(diagnostics),
        key=lambda diagnostic: (diagnostic.path != path, diagnostic.number),
    )


def rules_diagnostic(rules: Mapping[str, Any], source: Path) -> str:
    """What is wrong with the rules in `mkdocs.yml`; empty if nothing is."""
    for scope, mapping in rules.items():
        place = source / str(scope)
        if scope not in ("all", "course") and not (
            place.is_dir() or place.with_name(f"{place.name}.py").is_file()
        ):
            return f"rules has `{scope}`; write all, course, or a tutorial or a folder of {source.name}."
        if not isinstance(mapping, Mapping):
            return f"rules has `{mapping}` for {scope}; write rule: value."
        for rule in mapping:
            if rule not in (known := [*RULES, *OF_ANSWERS]):
                return f"rules has `{rule}` for {scope}; the rules are {', '.join(known)}."
            if (kind := _KINDS.get(rule, int)) and not isinstance(mapping[rule], kind):
                return f"the rule {rule} of {scope} should be {_CALLED[kind]}."
    return ""


def _words(lesson: Lesson, limits: list[int]) -> Found:
    words, _ = reading(lesson.solved.cells)
    if not limits[0] <= words <= limits[1]:
        yield (
            1,
            f"has {words} words outside exercises and folds; {limits[0]} to {limits[1]} is the rule.",
        )


def _seconds(lesson: Lesson, limit: float) -> Found:
    if lesson.record and lesson.record.seconds >= limit:
        yield (
            1,
            f"its cells ran for {lesson.record.seconds:.0f} seconds; less than {limit} is the rule.",
        )


def _kinds(lesson: Lesson, least: int) -> Found:
    exercises = [cell for cell in lesson.solved.code if cell.exercise]
    kinds = {cell.kind for cell in exercises} - {None}
    if len(kinds) < least:
        some = f"it has {', '.join(sorted(kinds))}" if kinds else "it has none"
        yield 1, f"its exercises should be of {counted(least, 'kind')} at least; {some}."
    for cell in exercises:
        if not (cell.kind and cell.minutes):
            yield (
                cell.number,
                f'`{cell.exercise}` should say its kind and its minutes: kind="build" minutes="10".',
            )


def _has(lesson: Lesson, wanted: list[str]) -> Found:
    code = lesson.solved.code
    has = {tag for cell in code for tag in cell.tags} | {"raises" for cell in code if cell.raises}
    outputs = lesson.record.run.outputs if lesson.record else []
    if (
        not outputs
        or lesson.record.pending
        or any(is_figure(output) for its in outputs for output in its)
    ):
        has.add("figure")
    for thing in wanted:
        if thing not in has:
            what = {"figure": "a figure", "raises": "a cell that must fail"}.get(
                thing, f'a cell with tags=["{thing}"]'
            )
            yield 1, f"should have {what}."


def _sections(lesson: Lesson, wanted: list[str]) -> Found:
    """Texts that prose has in this order."""
    lines = _prose(lesson)
    at = 0
    for text in wanted:
        after = next((index for index in range(at, len(lines)) if text in lines[index].text), None)
        if after is None:
            place = lines[at - 1] if at else lines[0]
            elsewhere = any(text in line.text for line in lines)
            how = (
                f"should come after this line, as sections have the order {', '.join(wanted)}"
                if elsewhere
                else ""
            )
            yield (
                place.number if at and elsewhere else 1,
                f"`{text}` {how or 'is missing in its prose'}.",
            )
        else:
            at = after + 1


def _objectives(lesson: Lesson, number: int) -> Found:
    """How many things a page promises, in a list in the box `abstract`."""
    box = re.search(r'<div class="admonition abstract">(.*?)</div>', _text(lesson), re.DOTALL)
    if len(items := re.findall(r"^- ", box[1] if box else "", re.MULTILINE)) != number:
        yield (
            1,
            f"should promise {number} things in a list in `admonition abstract`; it has {len(items)}.",
        )


def _questions(lesson: Lesson, least: int) -> Found:
    """Boxes that ask, each with an answer to unfold."""
    questions = _text(lesson).count('<div class="admonition question">')
    answers = len(re.findall(r"<details>\s*<summary>Answer</summary>", _text(lesson)))
    if questions < least or questions != answers:
        has = f"has {counted(questions, 'question in boxes')} and {counted(answers, 'answer to unfold')}"
        yield 1, f"{has}; {least} or more is the rule, each with its answer."


def _code_cells(lesson: Lesson, most: int) -> Found:
    """How many code cells may come without prose between."""
    shown = [cell for cell in lesson.solved.cells if "hidden" not in cell.tags]
    for is_code, group in itertools.groupby(shown, key=lambda cell: cell.code):
        if is_code and len(cells := list(group)) > most:
            yield (
                cells[most].number,
                f"{len(cells)} code cells without prose between; {most} is the rule.",
            )


def _headings(lesson: Lesson, _: bool) -> Found:
    """One title, and no level that is skipped."""
    level = 0
    for line in _prose(lesson):
        if match := _HEADING.match(line.text):
            before, level = level, len(match[1])
            if level > before + 1 or (level == 1 and before):
                yield (
                    line.number,
                    f"a heading of level {level} cannot follow one of level {before}.",
                )


def _never(lesson: Lesson, patterns: Mapping[str, str], lines: list[Line] | None = None) -> Found:
    """Patterns that prose has nowhere, quoted code and formulas apart, each with the reason."""
    for line in _prose(lesson) if lines is None else lines:
        text = _QUOTED.sub("", line.text) if lines is None else line.text
        for pattern, reason in patterns.items():
            if match := re.search(pattern, text):
                yield line, f"`{match[0]}`: {reason}."


def _never_in_code(lesson: Lesson, patterns: Mapping[str, str]) -> Found:
    """Likewise in code that readers have."""
    visible = [cell for cell in lesson.solved.code if "hidden" not in cell.tags]
    yield from _never(lesson, patterns, [line for cell in visible for line in cell.lines])


# How many answers to an exercise are kept, and the words of a refusal, which publishing/tools/answers.py sees to.
OF_ANSWERS = ("right", "wrong", "sentence")
_LISTS, _TABLES = ("words", "has", "sections"), ("never", "never_in_code")
_KINDS = dict.fromkeys(_LISTS, list) | dict.fromkeys(_TABLES, dict)
_CALLED = {list: "a list", dict: "a table", int: "a number"}
_ALL = (
    _words,
    _seconds,
    _kinds,
    _has,
    _sections,
    _objectives,
    _questions,
    _code_cells,
    _headings,
    _never,
)
RULES = {rule.__name__.removeprefix("_"): rule for rule in (*_ALL, _never_in_code)}


def _prose(lesson: Lesson) -> list[Line]:
    """The lines of its prose outside fences."""
    lines: list[Line] = []
    for cell in (cell for cell in lesson.solved.cells if not cell.code):
        fences = fenced(join(cell.lines))
        lines += [line for number, line in enumerate(cell.lines) if number not in fences]
    return lines


def _text(lesson: Lesson) -> str:
    return "\n\n".join(join(cell.lines) for cell in lesson.solved.cells if not cell.code)
