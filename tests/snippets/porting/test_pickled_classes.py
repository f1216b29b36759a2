"""Objects of every kind of class, opened as the message of the refusal says."""

import collections
import dataclasses
import datetime
import enum
import pickle
import types
from typing import Any, NamedTuple

import chex
import flax.struct
import jax
import numpy as np
import pytest

from snippets.porting.pickles import load_pickle

W = np.arange(3.0)


@dataclasses.dataclass
class Data:
    params: Any
    step: int = 3


@dataclasses.dataclass(frozen=True)
class Frozen:
    params: Any
    step: int = 3


@dataclasses.dataclass(slots=True)
class Slots:
    params: Any
    step: int = 3


@dataclasses.dataclass(slots=True, frozen=True)
class FrozenSlots:
    params: Any
    step: int = 3


class Plain:
    def __init__(self, params, step=3):
        self.params, self.step = params, step


class PlainSlots:
    __slots__ = ("params", "step")

    def __init__(self, params, step=3):
        self.params, self.step = params, step


class SlotsAndMore(PlainSlots):
    def __init__(self, params):
        super().__init__(params)
        self.more = 5


@flax.struct.dataclass
class OfFlax:
    params: Any
    step: int = 3


@chex.dataclass
class OfChex:
    params: Any
    step: int = 3


class Pair(NamedTuple):
    params: Any
    step: int = 3


class Letter(enum.Enum):
    A = "a"


class Dict(dict):
    pass


class List(list):
    pass


class Tuple(tuple):
    pass


class OwnState:
    def __init__(self):
        self.kept = (W, 3)

    def __getstate__(self):
        return self.kept

    def __setstate__(self, state):
        self.kept = state


class Built:
    """Made again by its class, with arguments and a state."""

    def __reduce__(self):
        return (Built, (1, 2), {"params": W})


with_attribute = Dict(params=W)
with_attribute.step = 3
FIELDS = {"params": W, "step": 3}
OBJECTS = {  # an object, and what the message's own function makes of it
    "dataclass": (Data(W), FIELDS),
    "frozen dataclass": (Frozen(W), FIELDS),
    "dataclass with slots": (Slots(W), FIELDS),
    "frozen dataclass with slots": (FrozenSlots(W), (W, 3)),
    "plain": (Plain(W), FIELDS),
    "plain with slots": (PlainSlots(W), FIELDS),
    "slots and attributes": (SlotsAndMore(W), {**FIELDS, "more": 5}),
    "flax.struct.dataclass": (OfFlax(W), FIELDS),
    "chex.dataclass": (OfChex(params=W, step=3), FIELDS),
    "SimpleNamespace": (types.SimpleNamespace(**FIELDS), FIELDS),
    "NamedTuple": (Pair(W), (W, 3)),
    "enum": (Letter.A, ("a",)),
    "datetime": (datetime.timedelta(2, 3), (2, 3, 0)),
    "dict": (Dict(params=W), {"params": W}),
    "dict with attributes": (with_attribute, FIELDS),
    "dict of numbers": (Dict({1: W}), ({1: W},)),
    "Counter": (collections.Counter("aab"), ({"a": 2, "b": 1},)),
    "list": (List([W, 3]), (W, 3)),
    "list of nothing": (List(), ()),
    "a state of its own": (OwnState(), (W, 3)),
    "arguments and a state": (Built(), ((1, 2), {"params": W})),
}


def as_the_message_says(data: bytes) -> Any:
    """What is read if one copies the function that each refusal names."""
    allow = {}
    for _ in range(3):
        try:
            return load_pickle(data, allow=allow)
        except ValueError as refusal:
            told = str(refusal)
            assert "which is neither an array nor a container" in told
            allow |= eval(told.partition("allow=")[2].removesuffix("."))
    raise AssertionError(told)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("kind", OBJECTS)
def test_the_messages_own_function_opens_an_object_of_every_kind(kind, protocol):
    value, expected = OBJECTS[kind]
    if protocol < 2 and "slots" in kind and "frozen" not in kind:
        with pytest.raises(TypeError):
            pickle.dumps(value, protocol)
        return
    loaded = as_the_message_says(pickle.dumps({"x": [value, value]}, protocol))["x"]
    for one in loaded:
        assert jax.tree.structure(one) == jax.tree.structure(expected)
        jax.tree.map(np.testing.assert_array_equal, one, expected)


def test_a_class_itself_opens_what_was_made_of_it():
    for kind in (Data, Slots, Plain, OfFlax, OfChex, Pair):
        value = kind(params=W, step=7)
        allow = {f"{__name__}.{kind.__name__}": kind}
        data = pickle.dumps(value)
        loaded = load_pickle(data, allow={f"{kind.__module__}.{kind.__name__}": kind, **allow})
        assert type(loaded) is kind
        assert loaded.step == 7


def test_a_function_that_raises_is_told_as_such():
    data = pickle.dumps(Data(W))
    with pytest.raises(
        ValueError, match=r"raises TypeError: .*It was called with params=, step="
    ) as told:
        load_pickle(data, allow={f"{__name__}.Data": lambda params: params})
    assert "not a pickle" not in str(told.value)
    assert isinstance(told.value.__cause__, TypeError)
    with pytest.raises(ValueError, match=r"the function that `allow` has .* raises KeyError: 'a'"):
        load_pickle(data, allow={f"{__name__}.Data": lambda **fields: fields["a"]})


def test_a_tuple_of_a_class_that_is_gone():
    loaded = as_the_message_says(pickle.dumps(Tuple([W, 3]), 2))
    np.testing.assert_array_equal(loaded[0][0], W)
