"""Names that a reader changes in the cell of an answer, and what a check does about it."""

import functools
import types

import pytest

from publishing.assemble.keeping import keep, put_back


@pytest.fixture
def notebook():
    """The variables of a notebook in which `x`, `loss` and `np` are kept before the exercise `double`."""
    namespace = {"__name__": "__main__", "functools": functools}
    exec("import math as np\nx = [1]\ndef loss(): return x\nother = 3", namespace)
    keep(namespace, "double", "x", "loss", "np", "absent")
    return namespace


@pytest.mark.parametrize(
    "answer", ["x = 7", "x = None", "del x", "x, loss = 1, 2", "np = loss = x", "from os import path as np"]
)
def test_names_have_their_values_back_and_others_keep_theirs(notebook, answer):
    before = dict(notebook)
    exec(f"{answer}\nother = 4\ndef double(v): return 2 * v", notebook)
    put_back(notebook, "double")
    assert all(notebook[name] is before[name] for name in ("x", "loss", "np"))
    assert notebook["other"] == 4
    assert notebook["double"](4) == 8


@pytest.mark.parametrize(
    "answer",
    [
        "def loss(v): return v\ndef double(v): return loss(v) + v",
        "loss = abs\ndouble = lambda v: loss(v) + v",
        "x = lambda: 2\ndef double(v):\n    def inner(): return [x() for _ in [v]]\n    return inner()[0]",
        "x = int\n@functools.wraps(print)\ndef double(v): return x(v)",
        "x = int\ndouble = functools.cache(lambda v: x(v))",
    ],
)
def test_an_answer_that_calls_a_function_of_its_own_under_such_a_name_is_asked_for_another(notebook, answer):
    exec(answer, notebook)
    with pytest.raises(AssertionError, match=r"^Your double uses a (x|loss) of your own, but later cells need the"):
        put_back(notebook, "double")


def test_a_function_that_uses_a_name_of_the_page_uses_its_value_again(notebook):
    exec("def double(v): return [*x, v]\nx = 'tried out'", notebook)
    put_back(notebook, "double")
    assert notebook["double"](2) == [1, 2]


def test_functions_that_were_there_before_or_come_from_elsewhere_need_no_other_name(notebook):
    exec("import os\nx = 5\nwalk = os.walk\nclass Mine: x = 3\ndef double(v, x=2): return x * v", notebook)
    put_back(notebook, "double")
    assert notebook["x"] == [1]


def test_a_function_of_another_exercise_under_the_same_names_is_not_asked_for(notebook):
    exec("x = 2\ndef triple(v): return x * v", notebook)
    keep(notebook, "triple", "x", "triple")
    exec("x = 3", notebook)
    put_back(notebook, "triple")
    assert notebook["x"] == 2


def test_without_the_cell_before_the_exercise_nothing_is_put_back():
    namespace = {"__name__": "__main__", "x": 2}
    put_back(namespace, "double")
    assert namespace["x"] == 2
    assert isinstance(keep, types.FunctionType)
