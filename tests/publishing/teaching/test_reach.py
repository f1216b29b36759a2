import pytest

from publishing.teaching.reach import needed, reached

BEFORE = ["import numpy as np\n\ndef show():\n    return double(4)", "x = np.ones(3)\nold = 1"]
SOLUTION = "def double(x):\n    return 2 * x"
CHECK = "for x in (1, 2):\n    assert double(x) == 2 * x\nresult = double(3)\nfixed = 5"


def cells(*after, answer=SOLUTION):
    return reached(BEFORE, [answer, SOLUTION], CHECK, after)


def test_a_cell_that_uses_what_the_exercise_defines_is_reached_and_others_are_not():
    assert cells("print(old)", "y = double(3)", "print(np.pi)") == [1]


@pytest.mark.parametrize(
    "after",
    [
        "print(result)",
        "print(show())",
        "def f():\n    return double(1)",
        "z = [double(i) for i in (1,)]",
    ],
)
def test_reached_are_also_what_the_check_computed_and_functions_that_call_the_answer(after):
    assert cells(after) == [0]


def test_reached_is_also_what_a_cell_asks_for_by_its_name():
    assert cells("ask(globals(), 'result', {})") == [0]
    assert cells("ask(globals(), 'double')") == [0]
    assert cells("ask(globals(), 'old', 'double')", "ask({}, 'double')", "ask('double')") == []


def test_what_the_check_computes_without_the_answer_is_the_same_with_every_answer():
    assert cells("print(fixed)") == []


def test_a_reached_cell_reaches_on_through_what_it_binds_and_changes():
    assert cells("table = {}", "table['a'] = double(1)", "print(table)") == [0, 1, 2]
    assert cells("losses = []", "losses.append(double(1))", "print(losses)") == [0, 1, 2]


def test_a_cell_that_a_reached_one_needs_runs_before_it():
    assert cells("other = 3", "unused = 4", "print(double(other))") == [0, 2]


def test_a_name_that_is_bound_again_no_longer_comes_from_the_answer():
    assert cells("result = 1", "print(result)") == []
    assert cells("result = result + 1", "print(result)") == [0, 1]


def test_names_that_an_answer_uses_for_itself_count_and_imports_of_the_page_do_not():
    helper = "import numpy as np\nold = 7\n\ndef double(x):\n    return 2 * x"
    assert cells("print(np.pi)", "print(old)", answer=helper) == [1]
    assert cells("print(old)") == []


CELLS = [
    "import numpy as np\nfrom jax import config\nconfig.update('jax_enable_x64', True)",
    "def train(x):\n    return step(x) + rate\nunused = train(1)",
    "rate = 1\ndef step(x):\n    return np.sin(x)",
    "table = {}\ntable['a'] = 3\nprint(table)\nassert table",
    "x = 1\nx = x + 1\nx = 5\nif unused:\n    x = 6",
]


@pytest.mark.parametrize(
    ("uses", "kept"),
    [
        ("print(1)", []),
        ("unused", ["import numpy as np", "def train", "unused =", "rate =", "def step"]),
        ("step(2)", ["import numpy as np", "def step"]),
        ("def f():\n    return rate", ["rate ="]),
        ("print(table)", ["table =", "table['a']"]),
        ("ask(globals(), 'rate')", ["rate ="]),
        ("print(globals()['rate'])", ["rate ="]),
        ("config.read()", ["from jax", "config.update"]),
        ("rate = 2", []),
    ],
)
def test_what_runs_before_an_answer_is_what_it_needs(uses, kept):
    statements = [cell.replace("\n    ", "\t").split("\n") for cell in CELLS]
    found = [statements[cell][at] for cell, at in sorted(needed(CELLS, [uses]))]
    assert len(found) == len(kept)
    assert all(map(str.startswith, found, kept)), found


def test_a_value_that_is_replaced_is_not_needed_but_one_that_may_be_is():
    assert sorted(needed(CELLS[-1:], ["x"])) == [(0, 2), (0, 3)]
    assert sorted(needed(CELLS[-1:], [], {"x"})) == [(0, 2), (0, 3)]


def test_a_call_of_a_library_about_the_page_is_not_taken_for_a_change_of_the_library():
    cell = "import numpy as np\nvalue = 1\nnp.testing.assert_equal(value, 1)\nnp.seterr('raise')"
    assert sorted(needed([cell], ["np.pi"])) == [(0, 0), (0, 3)]


def test_a_call_of_a_library_that_calls_a_function_of_the_page_does_what_that_does():
    cell = (
        "import jax\nseen = []\ndef note(x):\n    seen.append(x)\n"
        "def run(x):\n    return note(x)\njax.jit(run)(1)\nprint(run)"
    )
    assert sorted(needed([cell], ["seen"])) == [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (0, 5)]
    other = cell.replace("jax.jit(run)", "jax.jit(str)")
    assert (0, 4) not in needed([other], ["seen"])


def test_what_a_function_changes_under_a_name_of_its_own_is_not_the_page_s():
    cell = (
        "def note(x):\n    seen = []\n    seen.append(x)\n    return seen\nseen = 1\nprint(note(2))"
    )
    assert sorted(needed([cell], ["seen"])) == [(0, 1)]
