"""What checks say of the answers that a course keeps: right ones must pass, wrong ones must not."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from publishing.read.answers import Answer, named_mistakes, read_answers
from publishing.read.clauses import clause_diagnostics, clauses, tried
from publishing.read.diagnostic import Diagnostic, join, relative
from publishing.run.cache import Cache
from publishing.run.lesson import Lesson
from publishing.run.notebook import Grades, execute
from publishing.settings import Settings
from publishing.tools.going import watched

Grade = Mapping[str, str | None]  # what the `answer` and its `check` raised
# How a check may refuse an answer of a kind.
_REFUSALS = {"wrong": ("AssertionError",), "stub": ("AssertionError", "NotImplementedError")}


def answer_diagnostics(
    lesson: Lesson, rules: Mapping[str, Any], settings: Settings
) -> Iterator[Diagnostic]:
    """What is wrong with the kept answers to the exercises of a tutorial, and with its stubs."""
    least = rules.get("sentence", 1)
    kept: dict[str, dict[str, Answer]] = {}
    for cell in (cell for cell in lesson.solved.code if cell.exercise):
        place = settings.answers / f"{cell.exercise}.py"
        read = read_answers(place)
        if rules.get("clauses") and cell.kind != "predict":
            asked = clauses(lesson.tutorial, cell.exercise)
            yield from clause_diagnostics(asked, read, cell.path, cell.number)
        answers = tried(read, join(cell.lines))
        kept[cell.exercise] = {f"{each.kind}: {each.description}": each for each in answers}
        for kind in ("right", "wrong"):
            number = sum(answer.kind == kind for answer in answers)
            if number < (wanted := rules.get(kind, 0)):
                rule = f"should have {wanted} or more {kind} answers in {relative(place)}"
                message = f"`{cell.exercise}` {rule}; it has {number}."
                yield Diagnostic(cell.path, cell.number, message)
        named, wrong = named_mistakes(answers)
        if cell.kind != "predict" and 100 * named < (share := rules.get("named", 0)) * wrong:
            told = f"{named} of {wrong} refusals of `{cell.exercise}` are known to name the mistake"
            message = f"{told}, not {share} %; quote their words after ` -> `."
            yield Diagnostic(cell.path, cell.number, message)
        for stub, grade in lesson.record.run.grades[cell.exercise].items():
            if message := fault("stub", grade, least):
                yield Diagnostic(cell.path, cell.number, f"where the exercise {stub}, {message}")
    grades = _grades(lesson, kept, settings)
    for exercise, answers in kept.items():
        for name, answer in answers.items():
            if message := fault(answer.kind, grades[exercise][name], least, answer.says):
                yield answer.marker.diagnostic(message)


def _grades(lesson: Lesson, kept: Mapping[str, Mapping[str, Answer]], settings: Settings) -> Grades:
    """What answers and their checks raised; the tutorial runs for those not tried before."""
    sources = {
        exercise: {name: answer.source for name, answer in answers.items()}
        for exercise, answers in kept.items()
    }
    if not any(sources.values()):
        return {}
    run = partial(execute, lesson.solved, settings, sources)
    what = f"Trying the answers to {lesson.name}"
    return Cache(settings.cache)((lesson.key, sources), lambda: watched(what, run).grades)


def fault(kind: str, grade: Grade, least: int, says: str = "") -> str:
    """What is wrong with how a check took an answer; empty if nothing is.

    Args:
      kind: `right`, `wrong`, or `stub`, which may also fail itself.
      grade: what it raised.
      least: how many words a refusal must have.
      says: words that must stand in a refusal.
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
    if says not in " ".join(sentence.split()):
        return f"its check does not say `{says}`: {sentence}"
    return "" if len(sentence.split()) >= least else f"its check says too little: {sentence!r}"
