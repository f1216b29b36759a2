"""The vocabulary of checks: what passes, what is refused, and with which words."""

import functools
import sys
from collections import OrderedDict
from typing import NamedTuple

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from publishing.teaching.checking import Check, differing, predicted

ADVICE = {"incompatible shapes": "Do the axes fit?", "": "Use x alone."}


def check(function, name="f", advice=ADVICE):
    return Check({name: function} if function is not None else {}, name, "Some section", advice)


def refusal(function, *arguments, **named) -> str:
    with pytest.raises(AssertionError) as raised:
        function(*arguments, **named)
    return str(raised.value)


@pytest.mark.parametrize("given", [None, 3, "f"])
def test_a_function_must_be_defined(given):
    expected = 'Define the function f, run its cell, then this check. Read "Some section" again.'
    assert refusal(check, given) == expected


def test_a_value_must_be_there_and_may_be_anything():
    assert refusal(check, None, "x", None).startswith("Define x, run its cell")
    assert check(False, "x", None).answer is False


def test_what_is_required_is_told_with_the_section_unless_the_sentence_names_one():
    trial = check(abs)
    trial.require(True, "never told")
    assert refusal(trial.require, False, "It is odd.") == 'It is odd. Read "Some section" again.'
    assert refusal(trial.require, False, 'Odd. Read "Other".') == 'Odd. Read "Other".'


def test_a_call_gives_what_the_function_returns_compiled_or_not_and_compiles_once():
    traces = []
    trial = check(lambda x, scale=1: traces.append(1) or scale * x)
    assert trial.call(jnp.ones(2), scale=3).sum() == 6
    assert trial.call(jnp.ones(2), by=jax.jit).sum() == 2
    assert trial.call(jnp.ones(2), by=jax.jit).sum() == 2
    assert len(traces) == 2


def test_a_refusal_carries_a_call_that_fails_in_the_same_way():
    def f(x, *, power):
        return x**power

    def twice(function):
        return lambda x, power: function(x, power=power) * 2

    for by, called in (
        (None, "f(*failing, power=3)"),
        (jax.jit, "jax.jit(f)(*failing, power=3)"),
        (twice, "twice(f)"),
    ):
        trial = check(f)
        value = trial.call(jnp.arange(3.0), by=by, power=3)
        said = refusal(trial.agrees, value, jnp.arange(3.0), {"": "Which power?"})
        assert called in said
        call = said.partition("See it with: ")[2]
        names = trial.namespace | {"jax": jax, "twice": twice}
        if by is jax.jit:
            call = call.replace("power=3", "power=3")
        assert differing(eval(call, names), value) == ""


def test_an_exception_becomes_a_sentence_with_the_first_advice_that_fits():
    def fails(x):
        return x + jnp.ones(3)

    said = refusal(check(fails).call, jnp.ones(2), when="With two, ")
    assert said.startswith("With two, f stops with TypeError")
    assert "Do the axes fit?" in said
    assert "Use x alone." not in said
    assert "Use x alone." in refusal(check(lambda x: x["a"]).call, jnp.ones(2))
    with pytest.raises(NotImplementedError):  # of a stub
        check(lambda: (_ for _ in ()).throw(NotImplementedError("write"))).call()


def assign(x):
    x["w"] = 0


def add(x):
    x["w"] += 1


def grow(x):
    x["new"] = 1


def append(x):
    x["list"].append(1)


@pytest.mark.parametrize("function", [assign, add, grow, append])
def test_an_argument_that_is_changed_is_noticed(function):
    given = {"w": np.ones(2), "list": [1, 2]}
    assert refusal(check(function).call, given).startswith("f changes what it is given")


@pytest.mark.parametrize(
    "given",
    [
        {"w": np.full(2, np.nan)},
        (jax.random.key(1), jnp.int8(1)),
        hk.transform(lambda: None),
        [None, "text", 3.5, jnp.zeros((0, 3)), np.array(["a"])],
        hk.data_structures.to_immutable_dict({"a": {"b": np.ones(1)}}),
    ],
)
def test_an_argument_of_any_kind_that_is_left_alone_passes(given):
    assert check(lambda x: 5).call(given) == 5


def test_dictionaries_come_in_their_order_at_every_depth():
    given = {"b": 1, "a": [{"d": np.ones(2), "c": 3}]}
    assert check(lambda x: [*x, *x["a"][0]]).call(given) == ["b", "a", "d", "c"]


def test_a_donated_argument_is_noticed():
    said = refusal(check(jax.jit(lambda x: x + 1, donate_argnums=0)).call, jnp.ones(3))
    assert said.startswith("f deletes or donates")


def test_a_call_has_the_highest_precision():
    assert check(lambda: jax.config.jax_default_matmul_precision).call() == "highest"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "is None: is a `return` missing?"),
        (lambda: 1, "is a function that was not called"),
        (2.0, "that is half of it."),
        (-4.0, " is -4, not 4. Which one?"),
        (8.0, " is 8, not 4. Which one?"),  # two mistakes give it
        (np.ones(2), "has the shape (2,), not (). Which one?"),
        ({"a": 4.0}, "has the entries ['a'], not none"),
        ("four", "is four, not 4.0"),
    ],
)
def test_a_wrong_value_gets_the_sentence_of_the_only_mistake_that_fits(value, told):
    mistakes = {
        "that is half of it.": 2.0,
        "doubled.": 8.0,
        "squared, halved.": 8.0,
        "": "Which one?",
    }
    assert told in refusal(check(abs).agrees, value, 4.0, mistakes)


def test_a_tracer_that_was_kept_is_told():
    kept = []
    jax.jit(lambda x: kept.append(x))(1.0)
    assert "holds a tracer" in refusal(check(abs).agrees, {"a": kept[0]}, {"a": 1.0}, {})


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e6])
@pytest.mark.parametrize("dtype", [jnp.float32, jnp.bfloat16, np.float64, np.int32, complex])
def test_numbers_agree_by_a_share_of_the_largest_whatever_their_dtype(size, dtype):
    right = np.array([1000, -3, 0.0]) * size
    value = np.asarray(right, dtype) if dtype is not jnp.bfloat16 else jnp.asarray(right, dtype)
    assert differing(value, np.asarray(value).astype(complex if dtype is complex else float)) == ""
    assert differing(np.asarray(value).astype(complex) + 2 * size, right) != ""


def test_equal_nans_and_infinities_agree_and_others_do_not():
    assert differing([np.nan, np.inf], [np.nan, np.inf]) == ""
    assert differing(np.array([np.nan, 1]), np.ones(2)) == " at [0] is nan, not 1"
    assert differing(np.array([1, -np.inf]), np.array([1, np.inf])) == " at [1] is -inf, not inf"


def test_keys_bools_texts_empty_arrays_and_dtypes_are_compared():
    assert differing(jax.random.key(1), jax.random.key(1)) == ""
    assert differing(jax.random.key(1), jax.random.key(2)) != ""
    assert differing({"a": True}, {"a": False}) != ""
    assert differing(["a"], ["b"]) == "[0] is a, not b"
    assert differing(jnp.zeros((0, 2)), np.zeros((0, 2))) == ""
    assert differing(jnp.zeros((0, 2)), np.zeros((0, 3))) != ""
    assert differing(jnp.int8(1), np.int32(1)) == ""
    assert differing(jnp.int8(1), np.int32(1), dtypes=True) == " has the dtype int8, not int32"
    assert differing(1.0 + 1e-5, 1.0, rtol=0) != ""


TRUTH = {
    "shapes": {"w": (3,), "b": ()},
    "counts": [0, 2.5],
    "names": {"a"},
    "holds": True,
    "word": "fails",
}
REASONS = {
    "shapes": "The bias is one number.",
    ("counts", 1): "Halve it.",
    "names": "Only a.",
    "holds": "It does.",
}


def changed(**entries):
    return {**TRUTH, **entries}


@pytest.mark.parametrize(
    "given",
    [
        TRUTH,
        changed(
            shapes={"w": [3], "b": np.float32(1)},
            counts=(0, 2.51),
            names=["a"],
            holds=np.bool_(True),
        ),
        changed(counts=np.array([0.0, 2.5]).tolist(), names=("a", "a"), word=" Fails "),
        changed(counts={0: 0, 1: jnp.float32(2.5)}),
    ],
)
def test_a_right_prediction_passes_in_whatever_literals_it_is_written(given):
    predicted({"p": given}, "p", TRUTH, REASONS)


def test_a_wrong_prediction_is_told_what_is_not_right_and_leaves_the_reasons():
    namespace = {"p": changed(shapes={"w": (3,), "b": (1,)}, counts=[0, 5], word="stops")}
    tell = functools.partial(refusal, predicted, namespace, "p", TRUTH, REASONS)
    assert tell() == (
        "4 of the 7 entries of p are right. Not right: shapes.b, counts.1, word. The answer is"
        " 'stops' for no entry. Run why for the reasons. Change your prediction and run this check"
        " again."
    )
    assert namespace["why"] == {"shapes.b": "The bias is one number.", "counts.1": "Halve it."}
    namespace["p"] = changed(word="3")
    assert "reasons" not in tell()
    assert namespace["why"] == {}
    namespace["p"] = TRUTH
    predicted(namespace, "p", TRUTH, REASONS)


def test_what_is_missing_is_counted_and_what_was_not_asked_for_is_named():
    flat = {"shapes/w": (3,), "shapes/b": ()}
    given = {key: value for key, value in TRUTH.items() if key != "shapes"} | flat
    said = refusal(predicted, {"p": given}, "p", TRUTH, REASONS)
    start = "5 of the 7 entries of p are right. Missing: 2. Not asked for: shapes/w, shapes/b."
    assert said.startswith(start)
    said = refusal(predicted, {"p": changed(shapes="fails")}, "p", TRUTH, REASONS)
    assert said.startswith("5 of the 7 entries of p are right. Not right: shapes. Run why")


def test_a_prediction_cannot_read_the_truth_or_agree_with_everything():
    class Reads(dict):
        def items(self):
            return namespace["last_question"][1].items()

    class Same(str):
        __eq__ = lambda self, other: True  # noqa: E731
        __hash__ = str.__hash__
        strip = lower = lambda self: self

    class Any:
        __eq__ = lambda self, other: True  # noqa: E731
        __hash__ = object.__hash__

    namespace = {"p": Reads()}
    with pytest.raises(AssertionError):
        predicted(namespace, "p", TRUTH, REASONS)
    for wrong in ({"word": Same("works")}, {"shapes": {"w": (Any(),), "b": ()}}):
        with pytest.raises(AssertionError):
            predicted({"p": changed(**wrong)}, "p", TRUTH, REASONS)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (None, "Define p"),
        (3, "Define p"),
        (changed(counts=3), "3 should be a list"),
        (changed(shapes={"w": 3, "b": ()}), "3 is not a shape"),
        (changed(names=1), "1 is not a set"),
        (changed(holds=1), "1 is not True or False"),
        (changed(counts=[True, 2.5]), "True is not a number"),
        (changed(counts=[..., 2.5]), "is not a number"),
        (changed(counts=[0, [1, 2]]), "is not a number"),
        ({}, "0 of the 7 entries"),
        (
            changed(shapes={"w": "(3,)", "b": ()}),
            "'(3,)' is a text; write the value itself, without quotes.",
        ),
        (changed(shapes={"w": "3", "b": ()}), "'3' is a text; write the value itself"),
        (changed(counts=[" 0 ", 2.5]), "' 0 ' is a text; write the value itself"),
        (changed(counts=[0, np.array(["2.5"])]), "is not a number"),
        (changed(names="{'a'}"), "is a text; write the value itself"),
        (changed(holds="True"), "'True' is a text; write the value itself"),
        (changed(word=["fails"]), "6 of the 7 entries"),
        (changed(extra=1), "7 of the 7 entries of p are right. Not asked for: extra."),
        (changed(shapes={"w": (3,), "b": (), "c": ()}), "Not asked for: shapes.c."),
        (changed(counts=[0, 2.5, 1]), "Not asked for: counts.2."),
    ],
)
def test_a_prediction_of_another_form_is_told_what_the_form_is(given, told):
    assert told in refusal(predicted, {} if given is None else {"p": given}, "p", TRUTH, REASONS)


def test_a_word_may_stand_for_a_shape_or_for_several_entries_and_is_right_or_wrong():
    truth = {"a": "fails", "b": (3,), "c": {"w": (1,), "b": ()}}
    predicted({"p": {"a": "Fails", "b": [3], "c": {"w": (1,), "b": ()}}}, "p", truth, {})
    for wrong, right in (
        ({"a": (3,)}, 3),
        ({"b": "fails"}, 3),
        ({"c": "fails"}, 2),
        ({"a": None}, 3),
    ):
        said = refusal(predicted, {"p": {**truth, **wrong}}, "p", truth, {})
        assert said.startswith(f"{right} of the 4 entries of p are right.")


@pytest.mark.parametrize("text", ["None", "0", "()", "-1"])
def test_a_text_of_what_is_no_text_is_told_whatever_is_right_there(text):
    for right in (None, 0, (), 2.5, {1}, False):
        assert "without quotes" in refusal(predicted, {"p": {"a": text}}, "p", {"a": right}, {})
    assert refusal(predicted, {"p": {"a": text}}, "p", {"a": "fails"}, {}).startswith("0 of the 1")


def test_what_was_asked_is_left_for_the_build_whatever_was_predicted():
    for namespace in ({}, {"p": TRUTH}, {"p": {}}):
        try:
            predicted(namespace, "p", TRUTH, REASONS, 1e-3)
        except AssertionError:
            assert namespace.get("p") is not TRUTH
        assert namespace["last_question"] == ("p", TRUTH, REASONS, 1e-3)


class Pair(NamedTuple):
    params: dict
    moments: dict


def test_a_function_gets_containers_of_their_kinds_and_of_its_own():
    fixed = hk.data_structures.to_immutable_dict({"a": {"b": np.ones(1)}})
    given = (Pair({"w": np.ones(1)}, fixed), OrderedDict(b=[1], a=2), [fixed, jax.random.key(1)])
    trial = check(lambda pair, ordered, several: (pair, ordered, several))
    pair, ordered, several = trial.call(*given)
    assert (type(pair), type(pair.moments), type(ordered)) == (Pair, type(fixed), OrderedDict)
    assert pair.params is not given[0].params
    assert pair.params["w"] is given[0].params["w"]
    assert [*ordered] == ["b", "a"]
    assert ordered["b"] is not given[1]["b"]
    assert several is not given[2]
    assert several[1] is given[2][1]


def test_a_function_gets_dictionaries_in_their_order_and_containers_of_its_own():
    given = {"b": [np.ones(1)], "a": (1, {"d": 2, "c": 3})}
    trial = check(lambda tree: (list(tree), list(tree["a"][1]), tree["b"] is given["b"]))
    assert trial.call(given) == (["b", "a"], ["d", "c"], False)


def test_one_shape_where_several_are_asked_is_wrong_and_not_of_another_form():
    truth = {"a": {"w": (1,), "b": ()}, "c": [(2,), (3,)]}
    predicted({"p": {"a": {"w": [1], "b": ()}, "c": ((2,), (3,))}}, "p", truth, {})
    for wrong in ({"a": (1, 2)}, {"c": (2, 3)}):
        assert refusal(predicted, {"p": {**truth, **wrong}}, "p", truth, {}).startswith(
            "2 of the 4 entries"
        )


@pytest.mark.parametrize("wrong", [{"c": (2,)}, {"e": (2,)}, {"e": ()}, {"c": [(2,), (2,)]}])
def test_one_shape_for_several_or_the_other_way_round_is_wrong_and_not_of_another_form(wrong):
    truth = {"a": (2,), "c": [(2,)], "e": [(), (2,)]}
    predicted({"p": {**truth, "c": ((2,),), "e": ((), [2])}}, "p", truth, {})
    said = refusal(predicted, {"p": {**truth, **wrong}}, "p", truth, {})
    assert " of the 4 entries of p are right." in said


def test_a_word_for_a_dictionary_is_told_without_the_keys_of_the_dictionary():
    namespace, truth = {"p": {}}, {"a": {"w": (1,), "b": None}, "b": "fails"}
    refusal(predicted, namespace, "p", truth, {})
    namespace["p"] = {"a": "fails", "b": "fails"}
    assert "1 of the 3 entries of p are right. Not right: a. " in refusal(
        predicted, namespace, "p", truth, {}
    )


@pytest.mark.parametrize("dtype", ["bfloat16", "float32", "int32", "bool"])
def test_the_general_sentence_is_no_known_mistake_whatever_the_dtype(dtype):
    with pytest.raises(AssertionError, match=r"What f returns .*\. General\."):
        Check({"f": abs}, "f", "Functions", {}).agrees(jnp.ones((), dtype), 2.0, {"": "General."})


class Unequal:
    """What may be in an answer: nothing can be done with it."""

    def __eq__(self, other):
        raise RuntimeError("not to be compared")

    __hash__ = object.__hash__

    def __repr__(self):
        raise RuntimeError("not to be shown")

    def __array__(self, *_, **__):
        raise RuntimeError("no array")


def nested(depth):
    return functools.reduce(lambda inner, _: [inner], range(depth), 1.0)


def tracer():
    kept = []
    jax.jit(lambda x: kept.append(x))(1.0)
    return kept[0]


def deleted():
    array = jnp.ones(3)
    array.delete()
    return array


def endless():
    tree = []
    tree.append(tree)
    return tree


STRANGE = {
    "keys of several types": lambda: {1: 0, "a": 1},
    "such keys further down": lambda: {"a": [{(): 0, "a": 1, None: 2}]},
    "such a dictionary in a list": lambda: [{1: 0, "a": 1}],
    "lists of unequal lists": lambda: [[1, 2], [3]],
    "a set": lambda: {1, "a"},
    "a list of lists": lambda: [[1], [1]],
    "nothing": lambda: None,
    "a list of nothing": lambda: [None],
    "a text": lambda: "4",
    "a text of NumPy": lambda: np.array(["4"]),
    "bytes": lambda: b"4",
    "a complex number": lambda: 1j,
    "a tracer": tracer,
    "a list with a tracer": lambda: [tracer(), 1],
    "a deleted array": deleted,
    "an array of 0 numbers": lambda: np.zeros(0),
    "a key": lambda: jax.random.key(1),
    "a date": lambda: np.datetime64("2020-01-01"),
    "a record": lambda: np.zeros(1, [("a", int)])[0],
    "a shape and dtype": lambda: jax.ShapeDtypeStruct((3,), "float32"),
    "a number that no float holds": lambda: 10**400,
    "an object that cannot be compared": Unequal,
    "a list of such an object": lambda: [Unequal()],
    "such an object as a key": lambda: {Unequal(): Unequal()},
    "an iterator": lambda: iter([1]),
    "a class": lambda: Unequal,
    "a module": lambda: np,
    "lists within lists": lambda: nested(150),
    "lists without end": endless,
    "more lists than Python can show": lambda: nested(10_000),
}


PARTS = {"Comparator", "ambiguous", "inhomogeneous", "unhashable", "not to be"}  # of Python's own


@pytest.mark.parametrize(
    "right", [2.5, 7, True, (3,), {"a"}, "fails", None, {"w": 2.5}, [2.5]], ids=repr
)
def test_whatever_is_predicted_gets_one_sentence_of_the_check(right):
    begins = ("p must be a dictionary of the form", "0 of the 2", "1 of the 2")
    wrong = {}
    for kind, strange in STRANGE.items():
        namespace = {}
        for _ in range(3):
            namespace["p"] = {"a": strange(), "b": len(namespace)}
            said = refusal(predicted, namespace, "p", {"a": right, "b": -1}, {"a": "Because."})
            if not said.startswith(begins) or any(part in said for part in PARTS):
                wrong[kind] = said
    assert wrong == {}


@pytest.mark.parametrize("right", [2.5, np.ones(3), {"w": 2.5}, [2.5, {"w": np.ones(3)}]], ids=repr)
def test_whatever_an_answer_gives_gets_one_sentence_of_the_check(right):
    wrong = {}
    for kind, strange in STRANGE.items():
        trial = check(strange)
        said = refusal(trial.agrees, trial.call(), right, {"doubled.": 5.0, "": "Which one?"})
        begins = said.startswith(("What f returns ", "What f returns["))
        if not begins or len(said) >= 700 or differing(strange(), right) == "":
            wrong[kind] = said
    assert wrong == {}


def test_of_a_refused_case_the_smallest_that_is_refused_alike_is_shown():
    tried = []
    trial = check(lambda x: jnp.cumsum(x) + 9 * (len(x) > 256))

    def case(rows, scale, kind):
        tried.append(rows)
        x = scale * jnp.ones(rows)
        trial.agrees(trial.call(x), np.cumsum(x), {}, f"With {rows} {kind}, ")

    trial.over(case, (3, 1, "ones"), (256, 1, "ones"))
    told = refusal(trial.over, case, (3, 1, "ones"), (700, 2, "rows"), (5, 1.5, "ones"))
    assert told.startswith("With 257 rows, what f returns at [0] is 10, not 1.")
    assert len(trial.namespace["failing"][0]) == 257
    assert len(tried) < 20


def test_a_smaller_case_that_fails_in_another_way_is_not_shown():
    trial = check(abs)

    def case(rows, fails=()):
        trial.require(rows != 2, "That is another mistake.")
        if rows in fails:
            raise ValueError
        trial.require(rows < 4, f"Wrong for {rows} rows.")

    assert refusal(trial.over, case, (1, ()), (20, ())).startswith("Wrong for 4 rows.")
    assert refusal(trial.over, case, (2, ()), (20, ())).startswith("That is another")
    assert refusal(trial.over, case, (1, ()), (6, (4, 5))).startswith("Wrong for 6 rows.")


def test_what_is_refused_now_and_then_is_refused():
    calls = iter("no")
    with pytest.raises(AssertionError, match="No second call"):
        check(abs).over(lambda: check(abs).require(next(calls, "") != "n", "No second call."), ())


def test_numpy_alone_is_enough(monkeypatch):
    monkeypatch.delitem(sys.modules, "jax")
    namespace = {"double": lambda tree: {**tree, "w": 2 * tree["w"]}}
    check = Check(namespace, "double", "Functions", {"": ""})
    given = {"w": np.ones(2), "b": [1.0, None]}
    right = {"w": np.full(2, 2.0), "b": [1.0, None]}
    check.agrees(check.call(given), right, {})
    with pytest.raises(AssertionError, match=r"\['w'\]\[0\] is 2, not 3. .* double\(\*failing\)"):
        check.agrees(check.call(given), right | {"w": np.full(2, 3.0)}, {})
    namespace["double"] = lambda tree: tree["b"].append(1)
    with pytest.raises(AssertionError, match="changes what it is given"):
        Check(namespace, "double", "Functions", {"": ""}).call(given)
    assert given["b"] == [1.0, None]
