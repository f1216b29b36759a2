"""An exercise to predict is answered on its page, with the verdict and sentence of its check."""

import ast
import random

import pytest
from answers import exercises, kept, lesson, lessons
from generators import under_both
from grades import place
from pages import TUTORIALS

from publishing.read.diagnostic import join
from publishing.run.notebook import Question
from snippets.checking import predicted

pytestmark = pytest.mark.xdist_group("predictions")

FIRST = "tutorials/haiku/regression/"
EACH = [path if path == FIRST else pytest.param(path, marks=pytest.mark.slow) for path in TUTORIALS]
# What a page reads: literals and their arithmetic, and the names of Python's own containers.
_READ = (
    ast.Module, ast.Assign, ast.Name, ast.expr_context, ast.Dict, ast.List, ast.Tuple, ast.Set,
    ast.Constant,
    ast.UnaryOp, ast.USub, ast.UAdd, ast.BinOp, ast.operator, ast.Call, ast.keyword,
)  # fmt: skip
_CALLED = {"dict", "set", "frozenset"}


def is_read(text: str) -> bool:
    """Whether a page can read an answer: only values, and names that it has defined."""
    known = set(_CALLED)
    for statement in ast.parse(text).body:
        nodes = list(ast.walk(statement))
        if not isinstance(statement, ast.Assign) or not all(
            isinstance(node, _READ) for node in nodes
        ):
            return False
        if any(
            isinstance(node, ast.Call) and getattr(node.func, "id", "") not in _CALLED
            for node in nodes
        ):
            return False
        if any(
            isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and n.id not in known
            for n in nodes
        ):
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
    except AssertionError as error:  # a page has a fold for the reasons
        return str(error).replace(" Run why for the reasons.", "")
    return ""


def predictions(path: str) -> list[str]:
    """The exercises to predict of a page."""
    cells = lessons()[path.removeprefix("tutorials/").strip("/")].solved.code
    return [cell.exercise for cell in cells if cell.kind == "predict"]


@pytest.fixture
def exercise():
    """One exercise to predict."""
    return predictions(FIRST)[0]


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


@pytest.fixture(scope="module")
def front(new_page, address):
    """The front page, from which tests ask the program that judges answers."""
    page = new_page()
    page.goto(address)
    return page


# Types one answer after the other, presses the button, and gives what the page says of each.
TYPE_ALL = """async (box, texts) => {
    const area = box.querySelector("textarea"), told = box.querySelector("p"), all = [];
    const check = [...box.querySelectorAll("button")].find(button => button.textContent == "Check");
    for (const text of texts) {
        area.value = text;
        area.dispatchEvent(new Event("input"));
        told.textContent = "";
        check.click();
        for (const end = Date.now() + 5000; !told.textContent && Date.now() < end;)
            await new Promise(setTimeout);
        all.push(told.textContent);
    }
    return all;
}"""


@under_both()
@pytest.mark.parametrize("path", EACH)
def test_each_kept_answer_gets_the_verdict_and_the_sentence_of_the_check(path, light, address):
    light.goto(address + path)
    wrong = {
        (exercise, why): texts
        for exercise in predictions(path)
        for why, texts in other_verdicts(light, exercise).items()
    }
    assert wrong == {}


def other_verdicts(page, exercise: str) -> dict[str, tuple[str, str]]:
    """The answers of which a page says something else than the check: what both say."""
    owner = lesson(exercises()[exercise])
    asked, namespace = owner.record.run.question(exercise), {}
    index = place(owner.solved, exercise)
    passed = owner.record.run.outputs[index + 1][0]["text"]
    stubs = dict(owner.solved.code[index].stubs)
    both = kept("wrong", exercise) | kept("right", exercise)
    answers = stubs | {why: answer.source for why, answer in both.items()}
    assert any(map(is_read, answers.values()))
    box = page.locator(f"[data-exercise='{exercise}'] .predict")
    wrong = {}
    for (why, text), told in zip(
        answers.items(), box.evaluate(TYPE_ALL, [*answers.values()]), strict=True
    ):
        if not is_read(text):
            expected, same = "is more than this page can read", "is more than this page can" in told
        elif "should be" in (expected := sentence(namespace, text, asked)):  # a set has no order
            same = told.partition(", and ")[0] == expected.partition(", and ")[0]
        else:
            expected = expected or passed
            same = told.split() == expected.split()
        if not same:
            wrong[why] = told, expected
    return wrong


def test_the_stub_is_on_the_page_and_what_was_typed_stays_until_the_reader_starts_again(
    exercise, typed
):
    page = lesson(exercises()[exercise])
    given = join(next(cell for cell in page.student.code if cell.exercise == exercise).lines)
    form = given.partition("# Exercise ")[0] + f"{page.record.run.question(exercise).name} = {{"
    area, page = typed.box.locator("textarea"), typed.box.page
    assert area.input_value().startswith(form)
    area.fill("half = {")
    page.reload()
    assert area.input_value() == "half = {"
    assert "Line 1" in typed("half = {")
    typed.box.get_by_role("button", name="Start again").click()
    assert area.input_value().startswith(form)
    assert typed.box.locator("p").inner_text() == ""


def test_a_right_prediction_ticks_its_exercise_and_a_wrong_one_does_not(exercise, typed):
    page = lesson(exercises()[exercise])
    done = typed.box.page.locator(f"[data-exercise='{exercise}'] .exercise-kind input")
    right = next(a.source for a in kept("right", exercise).values() if is_read(a.source))
    name = page.record.run.question(exercise).name
    typed(f"{name} = {{}}")
    assert not done.is_checked()
    typed(right)
    assert done.is_checked()
    typed(right)
    assert done.is_checked()


def test_without_scripts_the_stub_is_there_and_nothing_that_does_not_work(
    exercise, new_page, address
):
    page = new_page(java_script_enabled=False)
    page.goto(f"{address}tutorials/{exercises()[exercise]}/")
    assert page.locator(f"[data-exercise='{exercise}'] > .highlight").first.is_visible()
    assert page.locator(".predict").count() == 0


def any_value(draw: random.Random, depth: int = 2):
    """A value as an answer may have it; of sets those of one text, since a set has no order."""
    numbers = [0, 1, -1, 7, 2.5, -0.5, 1e-3, 1e6, True, False, None]
    texts = ["fails", "Fails ", "3", "None", "a 'b' \"c\"", "back\\slash", "(3,)", ""]
    shapes = [(), (3,), (2, 3), [2, 3], [4], {"a"}, set()]
    if depth and draw.random() < 0.4:
        several = [any_value(draw, depth - 1) for _ in range(draw.randrange(4))]
        keys = draw.sample(["a", "b", 1, 2, "with space"], len(several))
        return draw.choice([several, tuple(several), dict(zip(keys, several, strict=True))])
    return draw.choice([*numbers, *texts, *shapes])


def test_any_literal_gets_the_sentence_of_the_check(front):
    draw = random.Random(0)
    kinds = set()
    for _ in range(400):
        truth = {key: any_value(draw) for key in draw.sample(["a", "b", 1, 2], 3)}
        given = {
            key: value if draw.random() < 0.5 else any_value(draw) for key, value in truth.items()
        }
        asked = Question("p", truth, {"a": "Because of a.", (1,): "Because of 1."}, 0.01)
        namespace, tries = {}, [given, {**given, "c": 1}, {**given, "a": 9}]
        expected, reasons = [], []
        for each in tries:
            expected.append(sentence(namespace, f"p = {each!r}", asked))
            reasons.append(namespace["why"])
        told = front.evaluate(
            """async ([question, texts]) => {
                const { verdict } = await import("./assets/predicted.js");
                return texts.map(text => verdict(text, question));
            }""",
            [repr(tuple(asked)), [f"p = {each!r}" for each in tries]],
        )
        assert [text for text, _ in told] == expected, (truth, tries)
        assert [dict(why) for _, why in told] == reasons, (truth, tries)
        kinds |= {" ".join(text.split()[:2]) for text in expected}
    assert len(kinds) > 4


UNREAD = [
    *[r"'\x41'", "1 / 0", "0x10", "f'{1}'", "not True", "1 < 2", "jnp.ones(3)", "[1", "'a"],
    *["{[1]: 2}", "{(1, {}): 2}", "{[1]}", "{1, 2: 3}", "set([[]])", "set(1)"],
    *["{" * 60 + "}" * 60, "[" * 300 + "]" * 300],
]


def test_what_a_page_would_read_otherwise_than_python_it_does_not_read(front):
    told = front.evaluate(
        """async texts => {
            const { verdict } = await import("./assets/predicted.js");
            const asked = "('p', {'a': 1}, {}, 0.01)";
            return texts.map(text => verdict(text, asked)[0]);
        }""",
        [f"p = {{'a': {value}}}" for value in UNREAD],
    )
    assert len(told) == len(UNREAD)
    unread = "Line 1 is more than this page can read"
    assert {
        value: text for value, text in zip(UNREAD, told, strict=True) if unread not in text
    } == {}
