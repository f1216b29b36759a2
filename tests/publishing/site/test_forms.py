import json

import pytest

from publishing.run.notebook import Question
from publishing.site.forms import form

TRUTH = {
    "sizes": [1, 2.0],
    "tree": {"a/b": {"w": (2, 3)}, "c": {"n": ()}},
    "word": "fails",
    "names": {"x", "y"},
    "each": {"w": (3,), "b": [None, (1, 2)]},
    "holds": False,
}
REASONS = {"sizes": "All.", ("sizes", 1): "The second.", ("tree", "c"): "Of c.", "word": "Why."}
STUB = """
# Each is "fails" or "runs":
# asked = {
#     "sizes": [..., ...],  # é: two
#     "tree": {...},
#     "word": ...,
#     "names": {...},
#     "each": ...,
#     "holds": ...,
# }
"""


def made(stub, truth=TRUTH, reasons=REASONS, above=""):
    return json.loads(form(stub, Question("asked", truth, reasons, 0.1), "Right.", above))


@pytest.mark.parametrize("stub", [STUB, STUB.replace("\n# ", "\n").replace("Each", "# Each")])
def test_each_dots_is_a_field_that_knows_what_is_right_and_why(stub):
    asked = made(stub)
    assert (asked["name"], asked["count"], asked["passed"]) == ("asked", 8, "Right.")
    first, second, tree, word, names, each, holds = fields(asked)
    assert first == {"of": "sizes.0", "is": {"number": 1, "within": 0}, "why": "All."}
    assert second["is"] == {"number": 2.0, "within": pytest.approx(0.2, abs=1e-5)}
    assert second["why"] == "The second."
    assert tree == {
        "of": "tree",
        "rows": {
            "a/b/w": {"of": "tree.a/b.w", "is": {"shape": [2, 3]}},
            "c/n": {"of": "tree.c.n", "is": {"shape": []}, "why": "Of c."},
        },
    }
    assert word == {"of": "word", "is": "fails", "why": "Why.", "options": ["fails", "runs"]}
    assert names == {"of": "names", "is": {"set": ["x", "y"]}}
    assert each == {"of": "each", "is": {"tree": "{b:(None,(1,2)),w:(3)}"}}
    assert holds == {"of": "holds", "is": False, "options": ["True", "False"]}
    text = "".join(piece if isinstance(piece, str) else "..." for piece in asked["pieces"])
    assert '"sizes": [..., ...],  # é: two\n' in text
    assert '"tree": ...,\n' in text
    assert text.startswith("asked = {")


def fields(asked):
    return [piece for piece in asked["pieces"] if isinstance(piece, dict)]


def test_words_are_to_choose_from_where_all_that_are_asked_for_are_among_them():
    few = made('# "raises" or a shape:\n# asked = {1: ..., 2: ...}', {1: "raises", 2: (2,)}, {})
    assert all("options" not in field for field in fields(few))


def test_what_a_field_asks_about_stands_beside_it_where_it_ends_its_line():
    above = 'calls = {\n    "A": lambda x: f(\n        x),\n    "B": 2 + 2,\n}\nother = {**calls}\n'
    asked = made(
        '# asked = {\n#     "A": ...,\n#     "B": ..., "C": ...,\n# }',
        dict.fromkeys("ABC", 1),
        {},
        above,
    )
    assert [field.get("beside") for field in fields(asked)] == ["f( x)", None, None]


@pytest.mark.parametrize(
    ("stub", "sentence"),
    [
        ("# other = {...}", "its cell has no form; write `# asked = {...}`, with a `...`"),
        ("# asked = {\n#  'sizes': ...,", "the form of asked is not Python; is a bracket missing?"),
        ("# asked = {'sizes': [..., 2], 'tree': ...}", "has no `...` for its entry sizes.1."),
        ("# asked = {'sizes': ...}", "the form of asked has no `...` for its entry tree.a/b.w."),
    ],
)
def test_a_stub_without_a_field_for_each_entry_is_an_error(stub, sentence):
    with pytest.raises(ValueError, match="form") as error:
        made(stub)
    assert sentence in str(error.value)
