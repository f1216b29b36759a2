"""What checks say of the answers that a course keeps: right ones must pass, wrong ones must not."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from publishing.read.answers import Answer, named_mistakes, read_answers
from publishing.read.cells import Cell
from publishing.read.clauses import clause_diagnostics, clauses, tried
from publishing.read.diagnostic import Diagnostic, join, relative, syntax_error
from publishing.run.lesson import Lesson
from publishing.run.notebook import Run
from publishing.settings import Settings
from publishing.teaching.grades import attempts, graded
from publishing.teaching.overwritten import overwriting
from publishing.teaching.verdicts import unseen

Grade = Mapping[str, str | None]  # what the `answer` and its `check` raised
# How a check may refuse an answer of a kind.
_REFUSALS = {"wrong": ("AssertionError",), "stub": ("AssertionError", "NotImplementedError")}


def of_kept(lesson: Lesson, rules: Mapping[str, Any], settings: Settings) -> Iterator[Diagnostic]:
    """What is wrong with the answers that are kept, without a trial, and with stubs of a record."""
    for cell in (cell for cell in lesson.solved.code if cell.exercise):
        read, answers, unread = _kept(cell, settings)
        yield from unread
        if rules.get("clauses") and cell.kind != "predict":
            asked = clauses(lesson.tutorial, cell.exercise)
            yield from clause_diagnostics(asked, read, cell.path, cell.number)
        yield from _of_numbers(cell, rules, settings, answers)
        for stub, grade in lesson.record.run.grades[cell.exercise].items():
            if message := fault("stub", grade, rules.get("sentence", 1)):
                yield Diagnostic(cell.path, cell.number, f"where the exercise {stub}, {message}")


def of_trials(
    lesson: Lesson,
    rules: Mapping[str, Any],
    settings: Settings,
    watch: Callable[[str, Callable], Run] = unseen,
) -> dict[str, list[Diagnostic]]:
    """What is wrong with how checks take the kept answers, by exercise.

    Each is tried, right ones with the rest of the page, which also goes on where answers give other
    values to names of the page.

    Args:
      lesson: the tutorial.
      rules: those of the tutorial.
      settings: where answers and verdicts are kept, and limits.
      watch: runs what it is given, and says to whom waits what it is.
    """
    cells = [cell for cell in lesson.solved.code if cell.exercise]
    kept = {cell.exercise: _kept(cell, settings).readable for cell in cells}
    trials = {
        exercise: attempts(lesson, exercise, answers) | overwriting(lesson.solved, exercise)
        for exercise, answers in kept.items()
    }
    grades, found = graded(lesson, trials, settings, watch), {}
    for exercise, answers in kept.items():
        named = ((answer, f"{answer.kind}: {answer.description}") for answer in answers)
        told = {answer: _told(answer, grades[exercise][name], rules) for answer, name in named}
        found[exercise] = [answer.marker.diagnostic(text) for answer, text in told.items() if text]
        grade = grades[exercise].get("overwritten", {})
        if raised := next(filter(None, map(grade.get, ("answer", "check", "rest"))), ""):
            message = f"the page fails where answers give other values to its names: {raised}"
            found[exercise].append(Diagnostic(lesson.tutorial.path, 1, message))
    return found


def _told(answer: Answer, grade: Grade, rules: Mapping[str, Any]) -> str:
    return fault(answer.kind, grade, rules.get("sentence", 1), answer.says)


class _Kept(NamedTuple):
    cells: list[Answer]  # of the file
    readable: list[Answer]  # what is to be tried
    unread: list[Diagnostic]  # what Python cannot read


def _kept(cell: Cell, settings: Settings) -> _Kept:
    """The answers to an exercise."""
    cells = read_answers(settings.answers / f"{cell.exercise}.py")
    answers = tried(cells, join(cell.lines))
    unread = {answer: error for answer in answers if (error := syntax_error(answer.source))}
    return _Kept(
        cells,
        [answer for answer in answers if answer not in unread],
        [each.marker.diagnostic(f"SyntaxError: {error.msg}.") for each, error in unread.items()],
    )


def _of_numbers(
    cell: Cell, rules: Mapping[str, Any], settings: Settings, answers: list[Answer]
) -> Iterator[Diagnostic]:
    for kind in ("right", "wrong"):
        number = sum(answer.kind == kind for answer in answers)
        if number < (wanted := rules.get(kind, 0)):
            place = relative(settings.answers / f"{cell.exercise}.py")
            rule = f"should have {wanted} or more {kind} answers in {place}"
            message = f"`{cell.exercise}` {rule}; it has {number}."
            yield Diagnostic(cell.path, cell.number, message)
    named, wrong = named_mistakes(answers)
    if cell.kind != "predict" and 100 * named < (share := rules.get("named", 0)) * wrong:
        told = f"{named} of {wrong} refusals of `{cell.exercise}` are known to name the mistake"
        message = f"{told}, not {share} %; quote their words after ` -> `."
        yield Diagnostic(cell.path, cell.number, message)


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
        if rest := grade.get("rest"):
            return f"after this right answer the page fails: {rest}"
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
