"""Checks tell right answers from wrong ones, and after a right one the rest of its page runs."""

import ast

import pytest
from answers import ROUTES, exercises, kept, lesson, lessons

from publishing.assemble.snippets import names
from publishing.read.answers import named_mistakes, read_answers
from publishing.read.clauses import clause_diagnostics, clauses
from publishing.read.diagnostic import join
from publishing.site.definitions import names_to_define
from publishing.site.house import rules_of
from publishing.tools.answers import fault

EXERCISES = [
    pytest.param(exercise, id=exercise, marks=pytest.mark.xdist_group(tutorial))
    for exercise, tutorial in exercises().items()
]


def rules(exercise: str) -> dict:
    """The rules of the course for the page of an exercise."""
    return rules_of(exercises()[exercise], ROUTES.site)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_stub_fails_whether_it_is_left_or_does_nothing(exercise):
    grades = lesson(exercises()[exercise]).record.run.grades[exercise]
    assert grades.keys() == {"is left", "does nothing"}
    least = rules(exercise)["sentence"]
    found = {stub: fault("stub", grade, least) for stub, grade in grades.items()}
    assert found == {"is left": "", "does nothing": ""}


def faults(exercise: str, grades: dict[str, dict]) -> str:
    """What is wrong with answers to an exercise, each with its file and line."""
    answers = kept("right", exercise) | kept("wrong", exercise)
    found = []
    for name, grade in grades.items():
        if (answer := answers.get(name)) is None:
            continue  # names that are overwritten
        message = fault(answer.kind, grade, rules(exercise)["sentence"], answer.says)
        if not message and grade["rest"]:
            message = f"after this right answer the page fails: {grade['rest']}"
        if message:
            found.append(f"{answer.marker.diagnostic(message)} ({name})")
    return "\n".join(found)


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
    assert len(grades) >= 3
    assert not (found := faults(exercise, grades)), found


@pytest.mark.slow
@pytest.mark.parametrize("exercise", EXERCISES)
def test_all_answers_get_the_verdict_that_they_should(exercise, grades):
    assert grades.keys() >= kept("right", exercise).keys() | kept("wrong", exercise).keys()
    assert not (found := faults(exercise, grades)), found


@pytest.mark.parametrize("exercise", exercises())
def test_an_exercise_has_wrong_and_right_answers(exercise):
    for kind in ("right", "wrong"):
        assert len(kept(kind, exercise)) >= rules(exercise)[kind] >= 1


@pytest.mark.parametrize("exercise", exercises())
def test_most_refusals_name_the_mistake(exercise):
    solved = lessons()[exercises()[exercise]].solved.code
    kind = next(cell.kind for cell in solved if cell.exercise == exercise)
    named, wrong = named_mistakes(read_answers(ROUTES.settings.answers / f"{exercise}.py"))
    assert kind == "predict" or 100 * named >= rules(exercise)["named"] * wrong > 0


@pytest.mark.parametrize("exercise", exercises())
def test_every_clause_of_an_exercise_has_a_mutant_that_breaks_it(exercise):
    name = exercises()[exercise]
    given = next(c for c in lessons()[name].tutorial.cells if c.exercise == exercise)
    if rules(exercise).get("clauses") and given.kind != "predict":
        found = clauses(lessons()[name].tutorial, exercise)
        answers = read_answers(ROUTES.settings.answers / f"{exercise}.py")
        assert list(map(str, clause_diagnostics(found, answers, given.path, given.number))) == []


def test_no_answer_belongs_to_an_unknown_exercise():
    assert {path.stem for path in ROUTES.settings.answers.glob("*.py")} == set(exercises())
