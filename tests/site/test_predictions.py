"""An exercise to predict is answered on its page, with the verdict and the sentence of its check."""

import ast

import pytest
from answers import exercises, kept, lesson, lessons
from grades import place

from publishing.read.problem import join
from snippets.checking import predicted

PREDICT = [
    pytest.param(cell.exercise, id=cell.exercise, marks=pytest.mark.xdist_group("predictions"))
    for each in lessons().values()
    for cell in each.solved.code
    if cell.kind == "predict"
]
# What a page reads: values of literals and their arithmetic, and the names of Python's own containers.
_READ = (
    ast.Module, ast.Assign, ast.Name, ast.expr_context, ast.Dict, ast.List, ast.Tuple, ast.Set, ast.Constant,
    ast.UnaryOp, ast.USub, ast.UAdd, ast.BinOp, ast.operator, ast.Call, ast.keyword,
)  # fmt: skip
_CALLED = {"dict", "set", "frozenset"}


def is_read(text: str) -> bool:
    """Whether a page can read an answer: it says no more than values, and names only what it has defined."""
    known = set(_CALLED)
    for statement in ast.parse(text).body:
        nodes = list(ast.walk(statement))
        if not isinstance(statement, ast.Assign) or not all(isinstance(node, _READ) for node in nodes):
            return False
        if any(isinstance(node, ast.Call) and getattr(node.func, "id", "") not in _CALLED for node in nodes):
            return False
        if any(isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and n.id not in known for n in nodes):
            return False
        if not all(isinstance(target, ast.Name) for target in statement.targets):
            return False
        known |= {target.id for target in statement.targets}
    return True


def sentence(namespace: dict, text: str, asked) -> str:
    """What the check says of an answer after those before it; nothing if it lets it pass."""
    variables: dict = {}
    exec(text, variables)
    namespace.pop(asked.name, None)
    namespace |= {asked.name: variables[asked.name]} if asked.name in variables else {}
    try:
        predicted(namespace, *asked)
    except AssertionError as error:
        return str(error)
    return ""


@pytest.fixture
def typed(light, address, exercise):
    """Types an answer into the page, presses the button, and gives what the page says."""
    light.goto(f"{address}tutorials/{exercises()[exercise]}/")
    box = light.locator(f"[data-exercise='{exercise}'] .predict")

    def type_in(text: str) -> str:
        box.locator("textarea").fill(text)
        box.locator("p").evaluate("told => told.textContent = ''")
        box.get_by_role("button", name="Check").click()
        box.locator("p:not(:empty)").wait_for()
        return box.locator("p").inner_text()

    type_in.box = box
    return type_in


@pytest.mark.parametrize("exercise", PREDICT)
def test_each_kept_answer_gets_the_verdict_and_the_sentence_of_the_check(exercise, typed):
    page = lesson(exercises()[exercise])
    asked, namespace = page.record.run.question(exercise), {}
    passed = page.record.run.outputs[place(page.solved, exercise) + 1][0]["text"]
    stubs = dict(page.solved.code[place(page.solved, exercise)].stubs)
    answers = stubs | kept("wrong", exercise) | kept("right", exercise)
    read = {why: text for why, text in answers.items() if is_read(text)}
    assert read
    for why, text in answers.items():
        told = typed(text)
        if why not in read:
            assert "is more than this page can read" in told, why
            continue
        expected = sentence(namespace, text, asked)
        if "should be" in expected:  # a set has no order
            assert told.partition(", and ")[0] == expected.partition(", and ")[0], why
        else:
            assert told.split() == (expected or passed).split(), why


@pytest.mark.parametrize("exercise", PREDICT[:1])
def test_the_stub_is_on_the_page_and_what_was_typed_is_there_again_until_the_reader_starts_again(exercise, typed):
    page = lesson(exercises()[exercise])
    given = join(next(cell for cell in page.student.code if cell.exercise == exercise).lines)
    form = given.partition("raise NotImplementedError")[0] + f"{page.record.run.question(exercise).name} = {{"
    area, page = typed.box.locator("textarea"), typed.box.page
    assert area.input_value().startswith(form)
    area.fill("half = {")
    page.reload()
    assert area.input_value() == "half = {"
    assert "Line 1" in typed("half = {")
    typed.box.get_by_role("button", name="Start again").click()
    assert area.input_value().startswith(form)
    assert typed.box.locator("p").inner_text() == ""


@pytest.mark.parametrize("exercise", PREDICT[:1])
def test_a_right_prediction_ticks_its_exercise_and_a_wrong_one_does_not(exercise, typed):
    page = lesson(exercises()[exercise])
    done = typed.box.page.locator(f"[data-exercise='{exercise}'] .exercise-kind input")
    right = next(text for text in kept("right", exercise).values() if is_read(text))
    name = page.record.run.question(exercise).name
    typed(f"{name} = {{}}")
    assert not done.is_checked()
    typed(right)
    assert done.is_checked()
    typed(right)
    assert done.is_checked()


@pytest.mark.parametrize("exercise", PREDICT[:1])
def test_without_scripts_the_stub_is_there_and_nothing_that_does_not_work(exercise, new_page, address):
    page = new_page(java_script_enabled=False)
    page.goto(f"{address}tutorials/{exercises()[exercise]}/")
    assert page.locator(f"[data-exercise='{exercise}'] > .highlight").first.is_visible()
    assert page.locator(".predict").count() == 0
