"""Of each exercise what is left says so, and some answers are tried; all are in `mkdocs.yml`."""

import ast

import pytest
from answers import ROUTES, exercises, kept, lesson

from publishing.assemble.snippets import names
from publishing.read.diagnostic import join
from publishing.site.definitions import names_to_define
from publishing.teaching.answers import fault

EXERCISES = [
    pytest.param(exercise, id=exercise, marks=pytest.mark.xdist_group(tutorial))
    for exercise, tutorial in exercises().items()
]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_cell_of_an_exercise_that_is_left_runs_and_says_so_to_its_check(exercise):
    page = lesson(exercises()[exercise])
    grade = page.record.run.grades[exercise]["is left"]
    assert grade["answer"] is None
    cells = page.tutorial.cells
    given = next(cell for cell in cells if cell.exercise == exercise)
    asked = names_to_define(cells, given, ROUTES.settings.snippets.name)
    student = next(cell for cell in page.student.code if cell.exercise == exercise)
    body = [(part, ast.unparse(part)) for part in ast.parse(join(student.lines)).body]
    to_do = [part for part, text in body if "write your code here" in text or "= ..." in text]
    open_names = {name.name for statement in to_do for name in names(statement) if name.binds}
    assert open_names & set(asked)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_some_answers_get_the_verdict_that_they_should(exercise, grades):
    answers = kept("right", exercise) | kept("wrong", exercise)
    told = {
        str(answers[name].marker): fault(answers[name].kind, grade, answers[name].says)
        for name, grade in grades.items()
    }
    assert len(told) >= 3
    assert not any(told.values()), told
