"""What checks say of the answers that a course keeps: right ones must pass, wrong ones must not."""

from collections.abc import Callable, Iterator, Mapping

from publishing.read.answers import Answer, read_answers
from publishing.read.cells import Cell
from publishing.read.diagnostic import Diagnostic, join, syntax_error
from publishing.run.lesson import Lesson
from publishing.run.notebook import Run
from publishing.settings import Settings
from publishing.teaching.grades import attempts, graded
from publishing.teaching.overwritten import overwriting
from publishing.teaching.verdicts import unseen

Grade = Mapping[str, str | None]  # what the `answer` and its `check` raised
# How a check may refuse an answer of a kind.
_REFUSALS = {"wrong": ("AssertionError",), "stub": ("AssertionError", "NotImplementedError")}


def of_kept(lesson: Lesson, settings: Settings) -> Iterator[Diagnostic]:
    """What is wrong with the answers that are kept, without a trial, and with stubs of a record."""
    for cell in (cell for cell in lesson.solved.code if cell.exercise):
        yield from _kept(cell, settings)[1]
        for stub, grade in lesson.record.run.grades[cell.exercise].items():
            if message := fault("stub", grade):
                yield Diagnostic(cell.path, cell.number, f"where the exercise {stub}, {message}")


def of_trials(
    lesson: Lesson,
    settings: Settings,
    watch: Callable[[str, Callable], Run] = unseen,
) -> dict[str, list[Diagnostic]]:
    """What is wrong with how checks take the kept answers, by exercise.

    Each is tried, right ones with the rest of the page, which also goes on where answers give other
    values to names of the page.

    Args:
      lesson: the tutorial.
      settings: where answers and verdicts are kept, and limits.
      watch: runs what it is given, and says to whom waits what it is.
    """
    cells = [cell for cell in lesson.solved.code if cell.exercise]
    kept = {cell.exercise: _kept(cell, settings)[0] for cell in cells}
    trials = {
        exercise: attempts(lesson, exercise, answers) | overwriting(lesson.solved, exercise)
        for exercise, answers in kept.items()
    }
    grades, found = graded(lesson, trials, settings, watch), {}
    for exercise, answers in kept.items():
        named = ((answer, f"{answer.kind}: {answer.description}") for answer in answers)
        told = {each: fault(each.kind, grades[exercise][name], each.says) for each, name in named}
        found[exercise] = [answer.marker.diagnostic(text) for answer, text in told.items() if text]
        grade = grades[exercise].get("overwritten", {})
        if raised := next(filter(None, map(grade.get, ("answer", "check", "rest"))), ""):
            message = f"the page fails where answers give other values to its names: {raised}"
            found[exercise].append(Diagnostic(lesson.tutorial.path, 1, message))
    return found


def _kept(cell: Cell, settings: Settings) -> tuple[list[Answer], list[Diagnostic]]:
    """The answers to an exercise that can be tried, and what Python cannot read of others."""
    answers = read_answers(settings.answers / f"{cell.exercise}.py", join(cell.lines))
    unread = {answer: error for answer in answers if (error := syntax_error(answer.source))}
    return (
        [answer for answer in answers if answer not in unread],
        [each.marker.diagnostic(f"SyntaxError: {error.msg}.") for each, error in unread.items()],
    )


def fault(kind: str, grade: Grade, says: str = "") -> str:
    """What is wrong with how a check took an answer; empty if nothing is.

    Args:
      kind: `right`, `wrong`, or `stub`, which may also fail itself.
      grade: what it raised.
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
    return "" if sentence.strip() else "its check does not say what is wrong."
