"""The answers to exercises that a course keeps: right ones must pass their check, wrong ones must not."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from publishing.assemble.variants import Variant
from publishing.read.cells import Cell
from publishing.read.diagnostic import Diagnostic, counted
from publishing.run.cache import Cache
from publishing.run.failure import Failure
from publishing.run.lesson import Lesson
from publishing.run.notebook import execute
from publishing.settings import Settings


def answer_diagnostics(
    lesson: Lesson, rules: Mapping[str, Any], settings: Settings
) -> Iterator[Diagnostic]:
    """What is wrong with the kept answers to the exercises of a tutorial, which ran, and with what its stubs say."""
    least = rules.get("sentence", 1)
    for cell in (cell for cell in lesson.solved.code if cell.exercise):
        answers = kept_answers(cell, settings)
        for kind in ("right", "wrong"):
            number = sum(path.parts[-3] == f"{kind}_answers" for path in answers)
            if number < (wanted := rules.get(kind, 0)):
                where = f"{settings.answers.name}/{kind}_answers/{cell.exercise}/"
                some = f"has {counted(number, 'answer')} in {where}; {wanted} or more is the rule."
                yield Diagnostic(cell.path, cell.number, f"`{cell.exercise}` {some}")
        for stub, grade in lesson.record.run.grades[cell.exercise].items():
            if message := _refusal(grade, ("AssertionError", "NotImplementedError"), least):
                yield Diagnostic(cell.path, cell.number, f"where the exercise {stub}, {message}")
    for path, grade in grades(lesson, settings).items():
        if path.parts[-3] == "wrong_answers":
            if message := _refusal(grade, ("AssertionError",), least):
                yield Diagnostic(path, 1, message)
        elif failed := grade["answer"] or grade["check"]:
            yield Diagnostic(
                path,
                1,
                f"should be right, but {'it' if grade['answer'] else 'its check'} fails: {failed}",
            )


def kept_answers(cell: Cell, settings: Settings) -> dict[Path, str]:
    """The kept answers to an exercise, by their files."""
    folders = [
        settings.answers / f"{kind}_answers" / str(cell.exercise) for kind in ("right", "wrong")
    ]
    return {
        path: path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted(folder.glob("*.py"))
    }


def grades(lesson: Lesson, settings: Settings) -> dict[Path, dict[str, str | None]]:
    """What each kept answer and its check raised; the tutorial runs for those that were not tried before."""
    cells = [cell for cell in lesson.solved.code if cell.exercise]
    answers = {cell.exercise: kept_answers(cell, settings) for cell in cells}
    if not any(answers.values()):
        return {}
    cache = Cache(settings.cache, settings.source.parent)
    return cache((lesson.key, answers), partial(_graded, lesson.solved, answers, settings))


def _graded(
    solved: Variant, answers: Mapping[str, Mapping[Path, str]], settings: Settings
) -> dict[Path, dict]:
    last = max(index for index, cell in enumerate(solved.cells) if cell.check)
    sources = {
        exercise: {str(path): text for path, text in each.items()}
        for exercise, each in answers.items()
    }
    try:
        run = asyncio.run(
            execute(replace(solved, cells=solved.cells[: last + 1]), settings, sources)
        )
    except Failure as failure:
        raise Failure(
            failure.line, f"while kept answers were tried: {failure.headline}", failure.details
        ) from None
    return {
        path: run.grades[exercise][str(path)] for exercise, each in answers.items() for path in each
    }


def _refusal(grade: Mapping[str, str | None], kinds: tuple[str, ...], least: int) -> str:
    """What is wrong with how a check took an answer that is not right; empty if nothing is."""
    kind, _, sentence = (grade["check"] or "").partition(": ")
    if grade["answer"] and "NotImplementedError" not in kinds:
        return f"the answer itself fails, before its check: {grade['answer']}"
    if not kind:
        return "its check lets this wrong answer pass."
    if kind not in kinds:
        return f"its check stumbles instead of saying what is wrong: {grade['check']}"
    return "" if len(sentence.split()) >= least else f"its check says too little: {sentence!r}"
