"""Every exercise is tested: right answers pass its check, and the page goes on; the stub and wrong answers fail it."""

from pathlib import Path

import pytest
from answers import ROUTES, exercises, kept, lessons

from publishing.site.house import rules_of


def _each(kind: str) -> list:
    return [
        pytest.param(
            exercise, answer, id=f"{exercise}-{answer}", marks=pytest.mark.xdist_group(tutorial)
        )
        for exercise, tutorial in exercises().items()
        for answer in kept(kind, exercise)
    ]


def _all() -> list:
    return [pytest.param(e, id=e, marks=pytest.mark.xdist_group(t)) for e, t in exercises().items()]


def words(exercise: str) -> int:
    """How many words a refusal has at least, by the rules of the course."""
    return rules_of(exercises()[exercise], ROUTES.site)["sentence"]


@pytest.mark.parametrize("exercise", _all())
def test_the_stub_fails_whether_it_raises_or_does_nothing(exercise, grades):
    for stub in ("raises", "does nothing"):
        kind, _, message = str(grades[stub]["check"]).partition(": ")
        assert kind in ("AssertionError", "NotImplementedError"), (
            f"{stub}: the check stumbled: {grades[stub]['check']}"
        )
        assert len(message.split()) >= words(exercise), (
            f"{stub}: the check does not say what to do: {message!r}"
        )


@pytest.mark.parametrize(("exercise", "answer"), _each("wrong"))
def test_a_wrong_answer_fails_at_the_check_with_a_sentence(exercise, answer, grades):
    grade = grades[answer]
    assert grade["answer"] is None, f"the answer itself failed: {grade['answer']}"
    assert grade["check"] is not None, "the check lets this wrong answer pass"
    kind, _, message = grade["check"].partition(": ")
    assert kind == "AssertionError", f"the check stumbled instead of explaining: {grade['check']}"
    assert len(message.split()) >= words(exercise), (
        f"the check does not say what is wrong: {message!r}"
    )


@pytest.mark.parametrize(("exercise", "answer"), _each("right"))
def test_a_right_answer_passes_however_it_is_written(exercise, answer, grades):
    assert grades[answer]["answer"] is None
    assert grades[answer]["check"] is None


@pytest.mark.parametrize(("exercise", "answer"), _each("right"))
def test_after_a_right_answer_the_rest_of_the_page_runs(exercise, answer, grades):
    assert grades[answer]["rest"] is None


@pytest.mark.parametrize(("exercise", "tutorial"), exercises().items())
def test_an_exercise_has_wrong_and_right_answers(exercise, tutorial):
    for kind in ("right", "wrong"):
        assert len(kept(kind, exercise)) >= rules_of(tutorial, ROUTES.site)[kind] >= 1


@pytest.mark.parametrize(("exercise", "tutorial"), exercises().items())
def test_an_exercise_takes_an_hour_at_most(exercise, tutorial):
    cell = next(cell for cell in lessons()[tutorial].solved.code if cell.exercise == exercise)
    assert int(cell.minutes) <= 60


def test_no_answer_belongs_to_an_unknown_exercise():
    folder = Path(__file__).parent
    assert {path.name for path in folder.glob("*_answers/*")} <= set(exercises())
