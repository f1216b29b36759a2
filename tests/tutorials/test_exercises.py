"""Every exercise is proven: right answers pass its check; the stub and the usual wrong answers fail it, told why."""

from pathlib import Path

import pytest
from answers import exercises, kept


def _each(kind: str) -> list:
    return [
        pytest.param(exercise, answer, id=f"{exercise}-{answer}", marks=pytest.mark.xdist_group(tutorial))
        for exercise, tutorial in exercises().items()
        for answer in kept(kind, exercise)
    ]


def _all() -> list:
    return [pytest.param(e, id=e, marks=pytest.mark.xdist_group(t)) for e, t in exercises().items()]


@pytest.mark.parametrize("exercise", _all())
def test_the_stub_fails_whether_it_raises_or_does_nothing(exercise, verdicts):
    assert verdicts["raises"]["check"] is not None
    assert verdicts["does nothing"]["check"] is not None


@pytest.mark.parametrize(("exercise", "answer"), _each("wrong"))
def test_a_wrong_answer_fails_at_the_check_with_a_sentence(exercise, answer, verdicts):
    verdict = verdicts[answer]
    assert verdict["answer"] is None, f"the answer itself failed: {verdict['answer']}"
    assert verdict["check"] is not None, "the check lets this wrong answer pass"
    kind, _, message = verdict["check"].partition(": ")
    assert kind == "AssertionError", f"the check stumbled instead of explaining: {verdict['check']}"
    assert len(message.split()) >= 5, f"the check does not say what is wrong: {message!r}"


@pytest.mark.parametrize(("exercise", "answer"), _each("right"))
def test_a_right_answer_passes_however_it_is_written(exercise, answer, verdicts):
    assert verdicts[answer] == {"answer": None, "check": None}


@pytest.mark.parametrize("exercise", exercises())
def test_an_exercise_has_wrong_and_right_answers(exercise):
    assert len(kept("wrong", exercise)) >= 3
    assert len(kept("right", exercise)) >= 1


def test_no_answer_belongs_to_an_unknown_exercise():
    folder = Path(__file__).parent
    assert {path.name for path in folder.glob("*_answers/*")} <= set(exercises())
