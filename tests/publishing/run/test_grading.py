import pytest

from publishing.run.grading import grade

CHECK = 'assert add_one(1) == 2, "add_one(1) should be 2"'


class Held:
    """What a copy of a list copies, as it does an array of JAX, and a name alone does not."""


def graded(answer, check=CHECK, namespace=None):
    """What one answer and its check raise."""
    return grade({} if namespace is None else namespace, {"it": answer}, check)["it"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("def add_one(x): return 1 + x", (None, None)),
        ("add_one = lambda x: -(-1 - x)", (None, None)),
        ("def add_one(x): return x", (None, "AssertionError: add_one(1) should be 2")),
        ("raise SystemExit", ("SystemExit: ", "NameError: name 'add_one' is not defined")),
        ("pass", (None, "NameError: name 'add_one' is not defined")),
        (
            "def",
            (
                "SyntaxError: invalid syntax (<unknown>, line 1)",
                "NameError: name 'add_one' is not defined",
            ),
        ),
    ],
)
def test_an_answer_and_its_check_are_tried_and_what_they_raise_is_named(answer, expected):
    assert tuple(graded(answer).values()) == expected


def test_answers_leave_nothing_behind_for_the_next_or_for_the_notebook():
    data = [1, 2]
    namespace = {"data": {"x": data}, "same": data}
    answers = {"changes": "data['x'].append(3); extra = 1", "right": "pass"}
    check = "assert data == {'x': [1, 2]} and 'extra' not in globals(), 'the data was changed'"
    grades = grade(namespace, answers, check)
    assert grades["changes"]["check"] == "AssertionError: the data was changed"
    assert grades["right"] == {"answer": None, "check": None}
    assert namespace == {"data": {"x": [1, 2]}, "same": [1, 2]}
    assert namespace["data"]["x"] is data


def test_what_is_one_object_is_one_object_for_the_answer_too():
    shared = [1]
    assert graded("a.append(2)", "assert b == [1, 2]", {"a": shared, "b": shared}) == {
        "answer": None,
        "check": None,
    }
    assert shared == [1]


def test_what_a_notebook_keeps_of_a_name_is_its_value_though_a_list_holds_that_too():
    held = Held()
    namespace = {"held": held, "both": [held], "kept_names": {"e": ({"held": held}, {})}}
    check = 'assert held is kept_names["e"][0]["held"]'
    assert graded("pass", check, namespace) == {"answer": None, "check": None}


def test_functions_of_the_notebook_see_the_answer():
    namespace = {}
    exec("def use():\n    return add_one(1)", namespace)
    assert graded("def add_one(x): return x + 1", "assert use() == 2", namespace)["check"] is None


def test_what_cannot_be_copied_is_left_as_it_is():
    namespace = {"values": [iter([1]), (n for n in ())]}
    assert graded("len(values)", "pass", namespace) == {"answer": None, "check": None}


def test_what_stops_in_its_own_way_when_it_is_copied_is_left_as_it_is():
    class Stops:
        def __deepcopy__(self, memo):
            raise AttributeError("no attribute")

    namespace = {"values": [Stops()], "kept_names": {"e": ({"stops": Stops()}, {})}}
    assert graded("len(values)", "pass", namespace) == {"answer": None, "check": None}


def test_answers_print_nothing(capfd):
    graded("import sys\nprint('out')\nprint('error', file=sys.stderr)\nadd_one = len")
    assert capfd.readouterr() == ("", "")


def test_an_interruption_is_not_taken_for_an_answer():
    with pytest.raises(KeyboardInterrupt):
        graded("raise KeyboardInterrupt")
