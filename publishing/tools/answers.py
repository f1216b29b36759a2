"""What checks say of the answers that a course keeps: right ones must pass, wrong ones must not."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from publishing.assemble.variants import Variant
from publishing.read.answers import Answer, read_answers
from publishing.read.cells import Cell
from publishing.read.diagnostic import Diagnostic
from publishing.run.cache import Cache
from publishing.run.failure import Failure
from publishing.run.lesson import Lesson
from publishing.run.notebook import Grades, execute
from publishing.settings import Settings

Grade = Mapping[str, str | None]  # what the `answer` and its `check` raised
# How a check may refuse an answer of a kind.
_REFUSALS = {"wrong": ("AssertionError",), "stub": ("AssertionError", "NotImplementedError")}


def answer_diagnostics(
    lesson: Lesson, rules: Mapping[str, Any], settings: Settings
) -> Iterator[Diagnostic]:
    """What is wrong with the kept answers to the exercises of a tutorial, and with its stubs."""
    least = rules.get("sentence", 1)
    exercises = [cell for cell in lesson.solved.code if cell.exercise]
    kept = {cell.exercise: kept_answers(cell.exercise, settings) for cell in exercises}
    for cell in exercises:
        yield from _too_few(cell, kept[cell.exercise], rules, settings)
        for stub, grade in lesson.record.run.grades[cell.exercise].items():
            if message := fault("stub", grade, least):
                yield Diagnostic(cell.path, cell.number, f"where the exercise {stub}, {message}")
    grades = _grades(lesson, kept, settings)
    for exercise, answers in kept.items():
        for answer in answers:
            if message := fault(answer.kind, grades[exercise][_name(answer)], least):
                yield answer.marker.diagnostic(message)


def kept_answers(exercise: str, settings: Settings) -> list[Answer]:
    """The kept answers to an exercise."""
    cells = read_answers(settings.answers / f"{exercise}.py")
    return [answer for answer in cells if answer.kind != "inputs"]


def _too_few(
    cell: Cell, answers: list[Answer], rules: Mapping[str, Any], settings: Settings
) -> Iterator[Diagnostic]:
    for kind in ("right", "wrong"):
        number = sum(answer.kind == kind for answer in answers)
        if number < (wanted := rules.get(kind, 0)):
            place = f"{settings.answers.name}/{cell.exercise}.py"
            has = f"has {number} {kind} answer{'s' * (number != 1)} in {place}"
            message = f"`{cell.exercise}` {has}; {wanted} or more is the rule."
            yield Diagnostic(cell.path, cell.number, message)


def _grades(lesson: Lesson, kept: Mapping[str, list[Answer]], settings: Settings) -> Grades:
    """What answers and their checks raised; the tutorial runs for those not tried before."""
    sources = {
        exercise: {_name(answer): answer.source for answer in answers}
        for exercise, answers in kept.items()
    }
    if not any(sources.values()):
        return {}
    cache = Cache(settings.cache)
    return cache((lesson.key, sources), partial(_graded, lesson.solved, sources, settings))


def _name(answer: Answer) -> str:
    return f"{answer.kind}: {answer.description}"


def _graded(
    solved: Variant, sources: Mapping[str, Mapping[str, str]], settings: Settings
) -> Grades:
    last = max(index for index, cell in enumerate(solved.cells) if cell.check)
    shortened = replace(solved, cells=solved.cells[: last + 1])
    try:
        return asyncio.run(execute(shortened, settings, sources)).grades
    except Failure as failure:
        headline = f"while kept answers were tried: {failure.headline}"
        raise Failure(failure.line, headline, failure.details) from None


def fault(kind: str, grade: Grade, least: int) -> str:
    """What is wrong with how a check took an answer; empty if nothing is.

    Args:
      kind: `right`, `wrong`, or `stub`, which may also fail itself.
      grade: what it raised.
      least: how many words a refusal must have.
    """
    answer, check = grade["answer"], grade["check"]
    if kind == "right":
        failed = f"it fails: {answer}" if answer else f"its check fails: {check}" if check else ""
        return failed and f"should be right, but {failed}"
    raised, _, sentence = (check or "").partition(": ")
    if answer and kind == "wrong":
        return f"the answer itself fails, before its check: {answer}"
    if not raised:
        return "its check lets this wrong answer pass."
    if raised not in _REFUSALS[kind]:
        return f"its check stumbles instead of saying what is wrong: {check}"
    return "" if len(sentence.split()) >= least else f"its check says too little: {sentence!r}"
