"""Names that a reader changes in the cell of an answer, and what a check does about it."""

import builtins
import functools
import types

import pytest

from publishing.teaching.keeping import keep_names, put_names_back


@pytest.fixture
def notebook():
    """A notebook's variables; `x`, `loss` and `np` are kept before the exercise `double`."""
    namespace = {"__name__": "__main__", "functools": functools}
    exec("import math as np\nx = [1]\ndef loss(): return x\nother = 3", namespace)
    keep_names(namespace, "double", "x", "loss", "np", "absent")
    return namespace


@pytest.mark.parametrize(
    "answer",
    ["x = 7", "x = None", "del x", "x, loss = 1, 2", "np = loss = x", "from os import path as np"],
)
def test_names_have_their_values_back_and_others_keep_theirs(notebook, answer):
    before = dict(notebook)
    exec(f"{answer}\nother = 4\ndef double(v): return 2 * v", notebook)
    put_names_back(notebook, "double")
    assert all(notebook[name] is before[name] for name in ("x", "loss", "np"))
    assert notebook["other"] == 4
    assert notebook["double"](4) == 8


@pytest.mark.parametrize(
    "answer",
    [
        "def loss(v): return v\ndef double(v): return loss(v) + v",
        "loss = abs\ndouble = lambda v: loss(v) + v",
        "x = lambda: 2\ndef double(v):\n    def inner(): return [x() for _ in [v]]\n"
        "    return inner()[0]",
        "x = int\n@functools.wraps(print)\ndef double(v): return x(v)",
        "x = int\ndouble = functools.cache(lambda v: x(v))",
        "import cmath as np\ndef double(v): return np.sqrt(v)",
        "def loss(v): return v\ndef double(v): return v.loss",  # code does not tell these apart
    ],
)
def test_an_answer_that_uses_a_function_or_module_of_its_own_under_such_a_name_is_asked_for_another(
    notebook, answer
):
    exec(answer, notebook)
    with pytest.raises(
        AssertionError,
        match=r"^Your double uses its own (x|loss|np), but later cells need another (x|loss|np):",
    ):
        put_names_back(notebook, "double")


@pytest.mark.parametrize(
    "name", ["sum", "callable", "sorted", "dict", "list", "vars", "isinstance"]
)
def test_names_of_python_are_its_own_again(notebook, name):
    exec(f"{name} = 7\ndef double(v): return 2 * v", notebook)
    put_names_back(notebook, "double")
    assert eval(name, notebook) is getattr(builtins, name)


def test_a_function_of_the_answer_under_a_name_of_python_is_refused_however_often_the_check_runs(
    notebook,
):
    exec("def sum(v): return v\ndef double(v): return sum(v) * 2", notebook)
    for _ in range(2):
        with pytest.raises(AssertionError, match="Your double uses its own sum"):
            put_names_back(notebook, "double")
    exec("def total(v): return v\ndef double(v): return total(v) * 2", notebook)
    put_names_back(notebook, "double")
    assert notebook["double"](2) == 4
    assert eval("sum([1, 2])", notebook) == 3


def test_names_of_python_that_nobody_changed_are_not_added(notebook):
    before = set(notebook)
    put_names_back(notebook, "double")
    assert set(notebook) == before


def test_a_function_that_uses_a_name_of_the_page_uses_its_value_again(notebook):
    exec("def double(v): return [*x, v]\nx = 'tried out'", notebook)
    put_names_back(notebook, "double")
    assert notebook["double"](2) == [1, 2]


def test_functions_that_were_there_before_or_come_from_elsewhere_need_no_other_name(notebook):
    exec(
        "import os\nx = 5\nwalk = os.walk\nclass Mine: x = 3\ndef double(v, x=2): return x * v",
        notebook,
    )
    put_names_back(notebook, "double")
    assert notebook["x"] == [1]


def test_a_function_of_another_exercise_under_the_same_names_is_not_asked_for(notebook):
    exec("x = 2\ndef triple(v): return x * v", notebook)
    keep_names(notebook, "triple", "x", "triple")
    exec("x = 3", notebook)
    put_names_back(notebook, "triple")
    assert notebook["x"] == 2


def test_without_the_cell_before_the_exercise_nothing_is_put_back():
    namespace = {"__name__": "__main__", "x": 2}
    put_names_back(namespace, "double")
    assert namespace["x"] == 2
    assert isinstance(keep_names, types.FunctionType)
