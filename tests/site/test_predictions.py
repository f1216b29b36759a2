"""An exercise to predict is answered on its page: in fields, with the verdict of its check."""

import json

import pytest
from answers import exercises, kept, lesson, lessons
from pages import TUTORIALS

from publishing.read.diagnostic import join
from publishing.site.forms import form
from publishing.teaching.checking import predicted
from publishing.teaching.grades import place

pytestmark = pytest.mark.xdist_group("predictions")

FIRST = "tutorials/haiku/regression/"
EACH = [path if path == FIRST else pytest.param(path, marks=pytest.mark.slow) for path in TUTORIALS]


def predictions(path: str) -> list[str]:
    """The exercises to predict of a page."""
    cells = lessons()[path.removeprefix("tutorials/").strip("/")].solved.code
    return [cell.exercise for cell in cells if cell.kind == "predict"]


def asked(exercise: str) -> tuple[dict, list[dict]]:
    """The form of an exercise, and its fields."""
    owner = lesson(exercises()[exercise])
    stub = join(next(cell for cell in owner.student.code if cell.exercise == exercise).lines)
    made = json.loads(form(stub, owner.record.run.question(exercise), ""))
    return made, [piece for piece in made["pieces"] if isinstance(piece, dict)]


def texts(exercise: str, answer: dict) -> list:
    """What one types to give an answer, by field; nothing for an entry that it does not have."""
    _, fields = asked(exercise)
    truth = lesson(exercises()[exercise]).record.run.question(exercise).truth
    return [text_of(answer, field, truth) for field in fields]


def text_of(answer, field, truth):
    for key in keys_of(field["of"], truth):
        try:
            answer = answer[key]
        except (KeyError, IndexError, TypeError):
            return [] if "rows" in field else ""
    if "rows" in field:
        return rows_of(answer)
    said = str(answer) or "''"
    same = (one for one in field.get("options", []) if one.lower() == said.strip().lower())
    return next(same, said)


def keys_of(name: str, truth) -> list:
    """The keys to an entry, by its name in a form."""
    keys: list = []
    while name:
        inside = truth if isinstance(truth, dict) else range(len(truth))
        key = next(key for key in inside if f"{name}.".startswith(f"{key}."))
        keys.append(key)
        truth, name = truth[key], name[len(str(key)) + 1 :]
    return keys


def rows_of(tree, before="") -> list[list[str]]:
    """The rows of a dictionary of the reader's own."""
    if not isinstance(tree, dict):
        return [[before, str(tree)]] if before else []
    return [
        row for key, value in tree.items() for row in rows_of(value, f"{before}/{key}".strip("/"))
    ]


# Fills the fields with one answer after the other, and gives what the page says and marks.
FILL = """async (box, all) => {
    const set = (element, text) => {
        element.value = text;
        element.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const said = [];
    for (const texts of all) {
        const again = [...box.querySelectorAll("button")].find(one => one.type == "button");
        if (again.textContent == "Start again") again.click();
        const fields = box.querySelectorAll(
            ".code > .line > .field > :is(input, [role=radiogroup]), .code > .line > .rows");
        for (const [place, field] of fields.entries()) {
            const text = texts[place];
            if (field.matches(".rows")) for (const [at, pair] of text.entries())
                field.querySelectorAll(".line")[at].querySelectorAll("input")
                    .forEach((input, one) => set(input, pair[one]));
            else if (field.matches("input")) set(field, text);
            else for (const button of field.querySelectorAll("input"))
                if (button.value == text) button.click();
        }
        box.requestSubmit();
        const wrong = [...fields].map(field => field.closest(".wrong") != null ||
            field.querySelector(".wrong") != null);
        said.push([box.querySelector("[role=status]").textContent, wrong]);
    }
    return said;
}"""


def opened(page, exercise: str):
    """The form of an exercise, which comes when it is near."""
    stub = page.locator(f"[data-exercise='{exercise}'] [data-predict]")
    stub.evaluate("stub => stub.scrollIntoView()")  # it may have become the form by now
    box = page.locator(f"[data-exercise='{exercise}'] form.predict")
    box.wait_for()
    return box


@pytest.fixture
def exercise():
    """One exercise to predict."""
    return predictions(FIRST)[0]


@pytest.mark.parametrize("path", EACH)
def test_each_kept_answer_gets_the_verdict_of_the_check(path, light, address):
    light.goto(address + path)
    wrong = {
        (exercise, why): verdicts
        for exercise in predictions(path)
        for why, verdicts in other_verdicts(light, exercise).items()
    }
    assert wrong == {}


def other_verdicts(page, exercise: str) -> dict[str, tuple[str, str]]:
    """The answers of which a page says something else than the check: what both say."""
    owner = lesson(exercises()[exercise])
    question = owner.record.run.question(exercise)
    passed = owner.record.run.outputs[place(owner.solved, exercise) + 1][0]["text"]
    many = sum("is" in field and "tree" in str(field["is"]) for field in asked(exercise)[1])
    given, expected = {}, {}
    for why, answer in (kept("wrong", exercise) | kept("right", exercise)).items():
        namespace: dict = {}
        try:
            exec(answer.source, namespace)
        except NameError:  # it computes with names of its page
            continue
        if isinstance(namespace.get(question.name), dict):
            given[why] = namespace[question.name]
            expected[why] = sentence(namespace, question) or passed
    assert given
    said = opened(page, exercise).evaluate(FILL, [texts(exercise, each) for each in given.values()])
    return {
        why: (told, expected[why])
        for why, (told, _) in zip(given, said, strict=True)
        if not same(told, expected[why], passed, many)
    }


def same(told: str, expected: str, passed: str, many: int) -> bool:
    """Whether a page agrees: right or not, and the number of right entries (a tree has several).

    What has another form than asked, or more entries, cannot be put into fields, nor what is not
    among the words to choose from.
    """
    if "must be a dictionary" in expected or "Not asked for" in expected:
        return True
    if told == "Fill in the dots.":  # nothing of it is among what there is to choose
        return expected != passed
    if expected == passed or many:
        return (told.split() == passed.replace("`", "").split()) == (expected == passed)
    return told.split(".")[0] == expected.split(".")[0]


def sentence(namespace: dict, question) -> str:
    """What the check says of an answer; nothing if it lets it pass."""
    try:
        predicted(namespace, *question)
    except AssertionError as error:
        return str(error)
    return ""


def test_an_untouched_form_asks_for_the_dots_and_enter_checks(exercise, light, address):
    light.goto(f"{address}tutorials/{exercises()[exercise]}/")
    box = opened(light, exercise)
    box.locator("input").first.press("Enter")
    assert box.get_by_role("status").inner_text() == "Fill in the dots."
    box.locator("input").first.fill("9")
    box.locator("input").first.press("Enter")
    assert (
        "entries of largest_rate are right. Missing: 4." in box.get_by_role("status").inner_text()
    )
    assert box.locator("input").first.get_attribute("aria-invalid") == "true"


def test_a_wrong_field_says_why_and_the_others_are_ticked(exercise, light, address):
    light.goto(f"{address}tutorials/{exercises()[exercise]}/")
    box = opened(light, exercise)
    truth = lesson(exercises()[exercise]).record.run.question(exercise).truth
    right = [str(value) for value in truth.values()]
    ((_, wrong),) = box.evaluate(FILL, [[*right[:2], "99", *right[3:]]])
    assert wrong == [False, False, True, False, False]
    assert box.locator("details").count() == 1
    box.locator("details summary").click()
    assert len(box.locator("details p").inner_text()) > 20
    done = light.locator(f"[data-exercise='{exercise}'] .exercise-kind input")
    assert not done.is_checked()
    box.evaluate(FILL, [right])
    assert done.is_checked()
    assert "1 of " in light.locator(".progress").inner_text()


def test_what_was_typed_stays_and_starting_again_can_be_undone(exercise, light, address):
    light.goto(f"{address}tutorials/{exercises()[exercise]}/")
    first = opened(light, exercise).locator("input").first
    first.fill("0.5")
    light.reload()
    box = opened(light, exercise)
    first = box.locator("input").first
    assert first.input_value() == "0.5"
    box.get_by_role("button", name="Start again").click()
    assert first.input_value() == ""
    light.reload()
    box = opened(light, exercise)
    box.locator("input").first.fill("0.25")
    box.get_by_role("button", name="Start again").click()
    box.get_by_role("button", name="Undo").click()
    assert box.locator("input").first.input_value() == "0.25"


def test_without_scripts_the_stub_is_there_and_nothing_that_does_not_work(
    exercise, new_page, address
):
    page = new_page(java_script_enabled=False)
    page.goto(f"{address}tutorials/{exercises()[exercise]}/")
    assert page.locator(f"[data-exercise='{exercise}'] > .highlight").first.is_visible()
    assert page.locator(".predict").count() == 0


NUMBER, SHAPE = {"number": 2.0, "within": 0.01}, {"shape": [3, 16]}
TREE = {"tree": "{b:(),w:(3,2)}"}
READ = [
    *[
        (text, NUMBER)
        for text in ("2", "+2", " 2.0, ", "4/2", "2**1", "(1 + 3) / 2", "(8/4", "2e0")
    ],
    *[("\u22122", {"number": -2, "within": 0}), ("1_0", {"number": 10, "within": 0})],
    *[("-2**2", {"number": -4, "within": 0}), ("2**-1", {"number": 0.5, "within": 0})],
    *[
        (text, SHAPE)
        for text in ("(3, 16)", "3, 16", "[3, 16]", "(3, 16", "3 16", "3 x 16", "(3, 16),")
    ],
    *[(text, {"shape": [16]}) for text in ("(16,)", "(16)", "16")],
    *[(text, {"shape": []}) for text in ("()", "( )", "[]")],
    *[
        (text, "linear_1")
        for text in ('"linear_1"', "linear_1", "\u201clinear_1\u201d", "Linear_1,")
    ],
    *[(text, None) for text in ("None", "none")],
    *[
        (text, {"set": ["a", "b"]})
        for text in ("{'a', 'b'}", "b, a", "a b", "{\u2018a\u2019, b", '"a";"b"')
    ],
    *[(text, {"set": []}) for text in ("set()", "{}", "none", "()")],
    *[(text, TREE) for text in ('{"w": (3, 2), "b": ()}', "{b: (), w: [3, 2]", "{w: (3 2) b: ()}")],
]
REFUSED = [
    *[(text, NUMBER) for text in ("3", "two", "True")],
    *[(text, SHAPE) for text in ("(3, 16, 1)", "(16, 3)", "fails", "()")],
    *[("b", {"set": ["a", "b"]}), ("a, b, c", {"set": ["a", "b"]}), ("linear", "linear_1")],
    *[("{w: (3, 2)}", TREE), ("{w: (3, 2), b: (1)}", TREE), ("(3, 2)", TREE), ("0", {"shape": []})],
]
NAMED = [
    ("0,5", NUMBER, "0,5 has a comma; write 0.5"),
    ("2 2", NUMBER, "2 2 is not a number, such as 3, -0.5 or 2**0.5"),
    ("1/0", NUMBER, "1/0 is not a number, such as 3, -0.5 or 2**0.5"),
    ("{3: 16}", SHAPE, "{3: 16} is not a shape, such as (), (3,) or (2, 3)"),
]


def test_slips_of_the_pen_are_read_and_others_are_named(light, address):
    light.goto(address)
    told = light.evaluate(
        """async cases => {
            const { isRight } = await import("./assets/predicted.js");
            return cases.map(([text, is]) => {
                try { return isRight(text, is); } catch (problem) { return problem.message; }
            });
        }""",
        [[text, is_right] for text, is_right, *_ in (*READ, *REFUSED, *NAMED)],
    )
    expected = [True] * len(READ) + [False] * len(REFUSED) + [said for *_, said in NAMED]
    cases = [*READ, *REFUSED, *NAMED]
    assert [(*c[:2], t) for c, t, e in zip(cases, told, expected, strict=True) if t != e] == []
