import pytest
from answers import exercises, lessons
from grades import graded, kept_answers
from mutants import answers as mutated
from mutants import inputs
from mutants import results as results_of
from overwritten import overwriting

_GRADES: dict[str, dict] = {}


def pytest_collection_modifyitems(items):
    for item in items:
        if {"grades", "results"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(
                pytest.mark.timeout(3000)
            )  # the first of a page grades all of its answers


def _answers(exercise: str) -> dict:
    """All answers to an exercise that the tests ask about, so that its page runs once for all."""
    solved = lessons()[exercises()[exercise]].solved
    answers = kept_answers(solved, exercise)
    answers |= mutated(solved, exercise) if inputs(exercise) else {}
    return answers | overwriting(solved, exercise)


@pytest.fixture
def grades(exercise: str) -> dict[str, dict[str, str | None]]:
    """The grades of the answers to an exercise, by description."""
    name = exercises()[exercise]
    if name not in _GRADES:
        _GRADES[name] = graded(
            name, {each: _answers(each) for each, owner in exercises().items() if owner == name}
        )
    return _GRADES[name][exercise]


@pytest.fixture
def results(exercise: str, grades) -> list:
    """What became of the mutants of an exercise, which were graded with the other answers."""
    return results_of(exercise)
