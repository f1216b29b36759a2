"""What a learner tries out beside an answer does not break the page."""

import pytest
from answers import exercises, lessons
from overwritten import EXERCISES, overwriting, overwritten

from publishing.read.problem import join

_EACH = [pytest.param(e, id=e, marks=pytest.mark.xdist_group(exercises()[e])) for e in EXERCISES]


@pytest.mark.parametrize("exercise", _EACH)
def test_names_that_later_cells_read_have_their_values_back_after_the_check(exercise, grades):
    grade = grades["overwritten"]
    assert grade["answer"] is None
    assert grade["check"] is None
    assert grade["rest"] is None


@pytest.mark.parametrize(("exercise", "tutorial"), exercises().items())
def test_an_answer_overwrites_names_of_the_page_and_none_of_its_own(exercise, tutorial):
    solved = lessons()[tutorial].solved
    names = overwritten(solved, exercise)
    assert "jax" not in names
    if names:
        answer = overwriting(solved, exercise)["overwritten"]
        own = join(next(cell for cell in solved.code if cell.exercise == exercise).lines)
        assert answer.source.startswith(own)
        taken = [line.partition(" = ")[0] for line in answer.source.removeprefix(own).splitlines() if line]
        assert taken == names


def test_most_exercises_have_a_name_that_a_try_out_could_take():
    solved = {exercise: lessons()[tutorial].solved for exercise, tutorial in exercises().items()}
    assert sum(bool(overwritten(variant, exercise)) for exercise, variant in solved.items()) > len(solved) / 2
    assert {"x", "params"} <= set(overwritten(solved["own-linear"], "own-linear"))
