"""What checks keep and give back of the names of a page."""

import ast

import pytest
from answers import exercises, lessons

from publishing.assemble.snippets import names_in
from publishing.read.diagnostic import join
from publishing.teaching.overwritten import cells, needed, overwritten

FIRST = {page: exercise for exercise, page in reversed(exercises().items())}


@pytest.mark.parametrize("page", FIRST)
def test_such_an_answer_overwrites_names_at_every_exercise_and_none_of_its_own(page):
    solved = lessons()[page].solved
    (first, answer), later = cells(solved)
    assert first == FIRST[page]
    texts = [answer, *(source for _, source, *_ in later)]
    for exercise in (exercise for exercise, owner in exercises().items() if owner == page):
        names = overwritten(solved, exercise)
        assert {"jax", "jnp", "sum", "list"} <= set(names)
        own = next(cell for cell in solved.code if cell.exercise == exercise)
        assert (
            sum(
                join(own.lines) in text and text.endswith(f"({names}, 'another value'))")
                for text in texts
            )
            == 1
        )


def test_a_check_binds_its_function_and_what_a_later_cell_needs():
    beside = {}
    for lesson in lessons().values():
        for check in (cell for cell in lesson.solved.code if cell.check):
            bound = {name.name for name in names_in(check.lines) if name.binds}
            beside[check.check] = bound - {f"check_{check.check.replace('-', '_')}"}
    assert beside.pop("matrix-gradient") == {"check_lowest_point"}
    assert beside.pop("square-loss") == {"check_loss"}
    assert not any(beside.values())
    assert beside.keys() | {"matrix-gradient", "square-loss"} == exercises().keys()


@pytest.mark.parametrize("exercise", exercises())
def test_no_name_is_kept_that_nothing_of_a_learners_notebook_needs_after_the_exercise(exercise):
    solved = lessons()[exercises()[exercise]].solved
    support = next(cell.support for cell in solved.code if cell.exercise == exercise)
    kept = {each.value for each in ast.parse(support[-1].text).body[0].value.args[2:]}
    assert kept <= needed(solved, exercise)
