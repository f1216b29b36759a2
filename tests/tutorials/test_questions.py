"""What an exercise to predict asks is data: the record of its page has what the check compares."""

import pytest
from answers import exercises, lesson, lessons

from publishing.read.diagnostic import join
from publishing.teaching.checking import predicted

PREDICT = [
    pytest.param(cell.exercise, id=cell.exercise, marks=pytest.mark.xdist_group(name))
    for name, each in lessons().items()
    for cell in each.solved.code
    if cell.kind == "predict"
]


def paths(tree, path=()):
    """The paths to the entries of a truth."""
    if not isinstance(tree, dict | list):
        return [path]
    parts = tree.items() if isinstance(tree, dict) else enumerate(tree)
    return [each for key, value in parts for each in paths(value, (*path, key))]


def without(tree, path):
    """A truth without one of its entries, as a dictionary."""
    parts = tree.items() if isinstance(tree, dict) else enumerate(tree)
    rest = {
        key: without(value, path[1:]) if key == path[0] and path[1:] else value
        for key, value in parts
    }
    return rest if path[1:] else {key: value for key, value in rest.items() if key != path[0]}


def question(exercise):
    """The question, and the solution as a reader would write it."""
    page = lesson(exercises()[exercise])
    solution = next(cell for cell in page.solved.code if cell.exercise == exercise)
    asked, namespace = page.record.run.question(exercise), {}
    try:
        exec(join(solution.lines), namespace)
    except NameError:  # a solution that computes with names of its page
        namespace[asked.name] = asked.truth
    return asked, namespace


@pytest.mark.parametrize("exercise", PREDICT)
def test_the_record_of_a_page_has_what_its_check_compares(exercise):
    asked, namespace = question(exercise)
    assert namespace[asked.name] is not asked.truth or exercise == "rate-limits"
    predicted(namespace, *asked)
    assert namespace["last_question"] == tuple(asked)
    for path in paths(asked.truth):
        with pytest.raises(AssertionError, match=f"entries of {asked.name} are right. Missing: "):
            predicted({asked.name: without(asked.truth, path)}, *asked)


def test_only_exercises_to_predict_have_questions():
    assert len(PREDICT) >= 18
    for name in {exercises()[each.id] for each in PREDICT}:
        kinds = {cell.exercise: cell.kind for cell in lesson(name).solved.code if cell.exercise}
        assert lesson(name).record.run.questions.keys() == {
            each for each in kinds if kinds[each] == "predict"
        }
