"""Pickles as old programs wrote them, and pickles that would do harm, made opcode by opcode."""

import bz2
import collections
import functools
import gzip
import lzma
import operator
import os
import pickle
import random
import struct
import subprocess
import types
import zlib
from typing import Any, NamedTuple

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from snippets.porting import pickled_arrays, pickles
from snippets.porting.pickles import load_pickle

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
W = np.arange(6, dtype=np.float32).reshape(2, 3)


class Reduced:
    """Pickles as a call of a function that may not exist any more."""

    def __init__(self, function, *args, state=None):
        self.reduced = (function, args) if state is None else (function, args, state)

    def __reduce__(self):
        return self.reduced


def assert_same(tree, right):
    assert jax.tree.structure(tree) == jax.tree.structure(right)
    for mine, theirs in zip(jax.tree.leaves(tree), jax.tree.leaves(right), strict=True):
        assert np.asarray(mine).dtype == np.asarray(theirs).dtype
        np.testing.assert_array_equal(mine, theirs)


def old_array(reconstruct, array):
    function, args, state = array.__reduce__()
    return Reduced(reconstruct, function, args, state, {"weak_type": False, "named_shape": {}})


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "full",
    [
        "jax._src.device_array.reconstruct_device_array",
        "jax.experimental.array._reconstruct_array",
        "dill._dill._create_array",
        "dill.dill._create_array",
    ],
)
def test_arrays_of_a_jax_that_is_gone_and_of_dill_are_read(gone, full, protocol):
    data = pickle.dumps({"linear": {"w": old_array(gone(full), W)}}, protocol)
    assert full.rpartition(".")[2].encode() in data
    assert_same(load_pickle(data), {"linear": {"w": W}})


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", ["FlatMapping", "FlatMap", "frozendict"])
def test_the_mappings_of_all_haikus_are_read_as_dictionaries(gone, name, protocol):
    mapping = gone(f"haiku._src.data_structures.{name}")
    tree = Reduced(mapping, {"linear": Reduced(mapping, {"w": W})})
    loaded = load_pickle(pickle.dumps(tree, protocol))
    assert_same(loaded, {"linear": {"w": W}})
    assert type(loaded["linear"]) is dict


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_todays_packages_pickle_is_read(protocol):
    params = hk.transform(lambda x: hk.nets.MLP([4, 2])(x)).init(
        jax.random.key(0), jnp.ones((1, 3))
    )
    frozen = hk.data_structures.to_immutable_dict(params)
    optimizer = optax.chain(
        optax.clip_by_global_norm(1.0), optax.adam(1e-3), optax.trace(0.9)
    ).init(params)
    core = hk.LSTMState(hidden=jnp.ones(2), cell=jnp.zeros(2))
    tree = {
        "params": params,
        "frozen": frozen,
        "opt": optimizer,
        "core": core,
        "step": 3,
        "rest": (None, 1.5, True),
    }
    loaded = load_pickle(pickle.dumps(tree, protocol))
    for name in ("params", "frozen"):
        assert_same(loaded[name], jax.tree.map(np.asarray, params))
    assert type(loaded["core"]) is tuple
    assert_same(
        jax.tree.leaves(loaded["opt"]), jax.tree.leaves(jax.tree.map(np.asarray, optimizer))
    )
    assert (loaded["step"], loaded["rest"]) == (3, (None, 1.5, True))


ARRAYS = [
    *(np.ones((2, 3), dtype) for dtype in ("?", "i1", "u2", "i8", "f2", "f4", "f8", "c8", "c16")),
    *(np.ones(3, dtype) for dtype in (jnp.bfloat16, jnp.float8_e5m2, jnp.float8_e4m3fn)),
    np.float32(3),
    np.zeros((0, 4)),
    np.array(5),
    np.asfortranarray(np.arange(6).reshape(2, 3)),
    np.arange(24.0).reshape(2, 3, 4).transpose(1, 0, 2),
    np.arange(12)[::2],
    np.array(["a", "bcd"]),
    np.array([b"a", b"bc"]),
]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_arrays_of_every_dtype_order_and_shape_are_read_as_they_were(protocol):
    for array in ARRAYS:
        assert_same(load_pickle(pickle.dumps({"a": array}, protocol)), {"a": array})


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_bytes_of_the_other_order_are_turned(protocol):
    loaded = load_pickle(pickle.dumps(np.arange(3, dtype=">f4"), protocol))
    assert loaded.dtype.isnative
    assert loaded.tolist() == [0, 1, 2]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_dictionaries_of_collections_and_an_array_that_is_there_twice(protocol):
    tree = collections.OrderedDict(a=collections.defaultdict(dict, w=W), b={"w": W})
    loaded = load_pickle(pickle.dumps(tree, protocol))
    assert type(loaded) is type(loaded["a"]) is dict
    assert_same(loaded, {"a": {"w": W}, "b": {"w": W}})


def test_names_of_the_older_numpy_mean_the_same():
    data = pickle.dumps({"w": W, "s": np.float32(2)}, 2)
    old = data.replace(b"numpy._core", b"numpy.core")
    assert old != data
    assert_same(load_pickle(old), {"w": W, "s": np.float32(2)})


class State(NamedTuple):
    params: Any
    step: int


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_class_that_is_unknown_is_refused_and_read_if_the_caller_names_a_function_for_it(
    gone, protocol
):
    # A NamedTuple calls its class with its fields, or, before protocol 2, copyreg's function.
    lost = gone("trainer.experiment.State", tuple)
    value = lost(({"linear": {"w": W}}, 7))
    value.__class__.__getnewargs__ = lambda self: tuple(self)
    value.__class__.__reduce__ = lambda self: (lost, tuple(self))
    data = pickle.dumps(value, protocol)
    with pytest.raises(
        ValueError, match=r"^state.pkl wants trainer.experiment.State, which is neither .* allow="
    ):
        load_pickle(data, name="state.pkl")
    loaded = load_pickle(data, allow={"trainer.experiment.State": State})
    assert (type(loaded), loaded.step) == (State, 7)
    assert_same(loaded.params, {"linear": {"w": W}})


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_real_namedtuple_and_a_plain_object_are_read_by_a_function_of_their_fields(protocol):
    name = f"{State.__module__}.State"
    assert load_pickle(pickle.dumps(State(1, 2), protocol), allow={name: State}) == (1, 2)
    if protocol > 1:
        plain = types.SimpleNamespace(w=W, step=3)
        loaded = load_pickle(pickle.dumps(plain, protocol), allow={"types.SimpleNamespace": dict})
        assert loaded["step"] == 3


def test_a_namedtuple_of_dill_wants_the_name_of_its_class(gone):
    create = gone("dill._dill._create_namedtuple")
    name = b"c__main__\nState\n"
    data = pickle.dumps(Reduced(create, "State", ("params", "step"), "__main__"), 2)[:-1]
    data += b"K\x01K\x02\x86\x81."  # and an object of the class that this makes
    with pytest.raises(ValueError, match=r"wants __main__\.State"):
        load_pickle(data)
    assert load_pickle(data, allow={"__main__.State": State}) == State(1, 2)
    assert load_pickle(
        b"\x80\x02" + name + b"K\x01K\x02\x86\x81.", allow={"__main__.State": State}
    ) == State(1, 2)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_types_that_dill_names_are_those_of_builtins(gone, protocol):
    load_type = gone("dill._dill._load_type")
    made = Reduced(collections.defaultdict, Reduced(load_type, "dict"))
    tree = load_pickle(pickle.dumps({"a": made, "s": {1, 2}, "e": b""}, protocol))
    assert tree == {"a": {}, "s": {1, 2}, "e": b""}
    with pytest.raises(ValueError, match=r"wants builtins\.eval"):
        load_pickle(pickle.dumps(Reduced(load_type, "eval"), protocol))


def joblib_array(gone, array, *, padding=None, **changes):
    wrapper = gone("joblib.numpy_pickle.NumpyArrayWrapper")
    state = {
        "subclass": np.ndarray,
        "shape": array.shape,
        "order": "C",
        "dtype": array.dtype,
        "allow_mmap": False,
    }
    state |= {} if padding is None else {"numpy_array_alignment_bytes": 16}
    made = wrapper()
    made.__dict__.update({**state, **changes})
    head = pickle.dumps(made, 3)[:-1]
    return (
        head + (b"" if padding is None else bytes([padding]) + b"\xff" * padding) + array.tobytes()
    )


@pytest.mark.parametrize("padding", [None, 0, 7])
def test_arrays_of_joblib_lie_between_the_opcodes(gone, padding):
    data = joblib_array(gone, W, padding=padding)
    two = b"\x80\x03}(X\x01\x00\x00\x00a" + data[2:] + b"X\x01\x00\x00\x00bK\x05u."
    assert_same(load_pickle(two), {"a": W, "b": 5})
    turned = joblib_array(gone, W, order="F", shape=(3, 2))
    np.testing.assert_array_equal(load_pickle(turned + b"."), W.reshape(2, 3).T)


PACKERS = {
    "zlib": zlib.compress,
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
}


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_packed_files_are_unpacked_up_to_a_size(pack):
    data = pickle.dumps({"w": np.zeros(10_000)})
    assert_same(load_pickle(pack(data)), {"w": np.zeros(10_000)})
    with pytest.raises(ValueError, match="unpacks to more than 50000 bytes"):
        load_pickle(pack(data), most_bytes=50_000)
    with pytest.raises(ValueError, match="ends too early"):
        load_pickle(pack(data)[:-20])


def harm(path):
    """Pickles that would leave a file, by every way that a pickle has to call something."""
    touch, run = ("touch", str(path)), f"open({str(path)!r}, 'w')"
    popen = b"csubprocess\nPopen\n"
    command = pickle.dumps(list(touch), 2)[2:-1]
    for protocol in PROTOCOLS:
        yield pickle.dumps({"w": Reduced(os.system, " ".join(touch))}, protocol)
        yield pickle.dumps(Reduced(subprocess.Popen, list(touch)), protocol)
        yield pickle.dumps(Reduced(eval, run), protocol)
        yield pickle.dumps(Reduced(exec, run), protocol)
    yield b"\x80\x02" + popen + command + b"\x85R."  # REDUCE
    yield b"\x80\x02" + popen + command + b"\x85\x81."  # NEWOBJ
    yield b"\x80\x04" + popen + command + b"\x85}\x92."  # NEWOBJ_EX
    yield b"\x80\x02(" + popen + command + b"o."  # OBJ
    yield b"\x80\x02(" + command + b"isubprocess\nPopen\n."  # INST
    yield b"\x80\x04\x8c\x0asubprocess\x8c\x05Popen\x93" + command + b"\x85R."  # STACK_GLOBAL
    yield b"\x80\x04\x8c\x05numpy\x8c\x0ef2py.os.system\x93\x8c\x01x\x85R."  # a name with dots


def test_nothing_that_a_pickle_calls_is_called(tmp_path):
    with pytest.raises(ValueError, match=r"wants (posix|nt)\.system"):
        load_pickle(pickle.dumps(Reduced(os.system, "true")))
    for data in harm(tmp_path / "harm"):
        with pytest.raises(ValueError, match="neither an array nor a container"):
            load_pickle(data)
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize(
    "function",
    [
        getattr,
        setattr,
        __import__,
        open,
        print,
        operator.attrgetter,
        functools.partial,
        np.load,
        np.fromfile,
        np.memmap,
    ],
)
def test_functions_that_help_to_do_harm_are_refused(function, tmp_path):
    with pytest.raises(ValueError, match=r"the file "):
        load_pickle(pickle.dumps(Reduced(function, "x", "y")))


def reference(full):
    module, _, name = full.rpartition(".")
    return f"c{module}\n{name}\n".encode()


def array_opcodes(
    shape, dtype="f4", data=b"", more=b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
):
    """A pickled array whose parts need not agree."""
    part = [pickle.dumps(value, 3)[2:-1] for value in (tuple(shape), dtype, data)]
    head = (
        reference("numpy.core.multiarray._reconstruct")
        + reference("numpy.ndarray")
        + b"K\x00\x85C\x01b\x87R"
    )
    kind = reference("numpy.dtype") + part[1] + b"\x89\x88\x87R(K\x03X\x01\x00\x00\x00<" + more
    return b"\x80\x03" + head + b"(K\x01" + part[0] + kind + b"\x89" + part[2] + b"tb."


SIZE = struct.pack("<Q", 2**40)
ODD = {  # what is wrong, by the sentence for it
    "sets the state of something": [
        reference("numpy.ndarray") + b"}b.",
        b"}}b.",
        array_opcodes((1,), data=b"1234")[:-1] + b"Nb" + b"}b.",
    ],
    "call something that is not a class": [b"}(tR.", b"S'os.system'\n(S'ls'\ntR.", b"]]\x85R."],
    "persistent id": [b"Pos.system\n.", b"\x80\x02NQ."],
    "a registry": [b"\x80\x02\x82\x01."],
    "with named arguments": [
        b"\x80\x04" + reference("collections.OrderedDict") + b")}\x8c\x01aK\x01s\x92."
    ],
    "Python objects": [
        pickle.dumps(np.array([{}, 1], dtype=object)),
        array_opcodes((), "O8", b"12345678"),
        array_opcodes((2,), "O8", [1, 2]),
    ],
    "of the dtype": [
        array_opcodes((1,), dtype, b"12345678") for dtype in ("V8", "M8", "f4,f4", "os", "")
    ],
    "of the shape": [
        array_opcodes(shape, data=b"1234") for shape in ((-1,), (-1, -1), (1.0,), ("a",), (True,))
    ],
    r"has \d+ bytes for an array": [
        array_opcodes((2**40,)),
        array_opcodes((2,), data=b"1234"),
        array_opcodes(()),
    ],
    "ends too early": [b"", b"\x80\x04\x8e" + SIZE + b"abc", b"\x80\x05\x96" + SIZE + b"abc"],
    "contains itself": [
        b"\x80\x02]q\x00h\x00a.",
        b"\x80\x02}q\x00K\x01h\x00s.",
        b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".",
    ],
    "is not a pickle of weights": [
        b"hello",
        b".",
        b"\x80\x09.",
        b"\x80\x05\x97.",
        b"\x80\x02}]K\x01s.",
        pickle.dumps(W, 2)[:-1] + b"K\x01K\x02s.",
        array_opcodes((0, 2**62)),
        array_opcodes((1,), "f3", b"123"),
        reference("_codecs.encode") + b"K\x01\x85R.",
        b"L" + b"9" * 100_000 + b"L\n.",
        b"\x80\x05\x96" + struct.pack("<Q", 2**63),
    ],
}


@pytest.mark.parametrize(("sentence", "files"), ODD.items())
def test_a_pickle_that_is_wrong_is_refused_with_a_sentence(sentence, files):
    for data in files:
        with pytest.raises(ValueError, match=f"^odd.pkl .*{sentence}"):
            load_pickle(data, name="odd.pkl")


def test_the_layout_that_a_dtype_claims_for_itself_is_not_believed():
    fields = b"N(S'a'\nt}K\x08K\x08K\x3ftb"  # names, fields, and the flag of Python objects
    np.testing.assert_array_equal(
        load_pickle(array_opcodes((1,), "f4", W[0, 1:2].tobytes(), fields)), W[0, 1:2]
    )


def test_a_few_bytes_that_repeat_a_list_without_end_are_refused(monkeypatch):
    assert pickles.MOST_ENTRIES > 1_000_000
    monkeypatch.setattr(pickles, "MOST_ENTRIES", 10_000)
    twice = b"".join(b"]q%c(h%ch%ce" % (i, i - 1, i - 1) for i in range(1, 60))
    for data in (b"\x80\x02]q\x00" + twice + b".", pickle.dumps(list(range(20_000)))):
        with pytest.raises(ValueError, match="has more than 10000 entries"):
            load_pickle(data)


DOUBLED = b"(K\x01tq\x00" + b"".join(b"0h%ch%c\x86q%c" % (i, i, i + 1) for i in range(60))
KEYS = {
    "setitem": b"\x80\x02}" + DOUBLED + b"K\x01s.",
    "setitems": b"\x80\x02}(" + DOUBLED + b"K\x01u.",
    "dict": b"\x80\x02(" + DOUBLED + b"K\x01d.",
    "additems": b"\x80\x04\x8f(" + DOUBLED + b"\x90.",
    "frozenset": b"\x80\x04(" + DOUBLED + b"\x91.",
    "set": b"\x80\x02c__builtin__\nset\n]" + DOUBLED + b"a\x85R.",
    "dict of arguments": b"\x80\x02ccollections\nOrderedDict\n]" + DOUBLED + b"K\x01\x86a\x85R.",
    "huge number": b"\x80\x02}\x8b" + struct.pack("<i", 2**24) + b"\1" * 2**24 + b"K\x01s.",
}


@pytest.mark.parametrize("way", KEYS)
def test_keys_that_would_hash_for_ever_are_refused(way, monkeypatch):
    monkeypatch.setattr(pickles, "MOST_ENTRIES", 100_000)
    with pytest.raises(ValueError, match=r"has (keys of )?more than 100000 (parts|entries)"):
        load_pickle(KEYS[way])


def test_keys_as_people_have_them_are_read():
    tree = {(1, ("a", b"b"), None): W, frozenset([1, (2, 3)]): 1, 2.5: {1, 2}, "s": set(range(99))}
    for protocol in PROTOCOLS:
        loaded = load_pickle(pickle.dumps(tree, protocol))
        assert loaded.keys() == tree.keys()
        assert loaded["s"] == tree["s"]


def many_of_one(part: bytes, times: int) -> bytes:
    """A list of what some opcodes make, again and again."""
    return b"(" + part * times + b"l."


def test_many_bytes_of_one_string_are_made_once(monkeypatch):
    text = pickle.dumps("x" * 100_000, 2)[2:-1]  # which the memo has as 0
    encode = b"c_codecs\nencode\nh\x00X\x06\x00\x00\x00latin1\x86R"
    loaded = load_pickle(b"\x80\x02" + text + b"0" + many_of_one(encode, 2_000))
    assert len(loaded) == 2_000
    assert all(one is loaded[0] for one in loaded)


def test_arrays_that_take_many_times_the_size_of_the_file_are_refused():
    big = np.zeros(100_000, ">f4")
    data = pickle.dumps(big, 2)[2:-1]
    turned = array_opcodes((100_000,), "f4", b"").removeprefix(b"\x80\x03")[:-1]
    turned = turned.replace(b"X\x01\x00\x00\x00<", b"X\x01\x00\x00\x00>")
    turned = turned.replace(pickle.dumps(b"", 3)[2:-1], b"h\x63")
    held = pickle.dumps(bytes(400_000), 3)[2:-1].removesuffix(b"q\x00") + b"q\x63"
    file = b"\x80\x03" + held + b"0"
    assert len(load_pickle(file + many_of_one(turned, 2))) == 2
    with pytest.raises(ValueError, match="makes arrays of many times its own size"):
        load_pickle(file + many_of_one(turned, 99))
    memo = b"\x80\x02" + data + b"q\x630" + many_of_one(b"h\x63", 1000)
    loaded = load_pickle(memo)
    assert all(array is loaded[0] for array in loaded)  # one array, as in the program that saved it


def test_views_of_one_buffer_take_no_room():
    held = pickle.dumps(bytes(4_000), 3)[2:-1].removesuffix(b"q\x00") + b"q\x63"
    part = array_opcodes((1_000,), "f4", b"").removeprefix(b"\x80\x03")[:-1]
    part = part.replace(pickle.dumps(b"", 3)[2:-1], b"h\x63")
    assert len(load_pickle(b"\x80\x03" + held + b"0" + many_of_one(part, 5_000))) == 5_000


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_several_pickles_in_one_file_are_read_if_one_says_so(protocol):
    one, two = pickle.dumps(3, protocol), pickle.dumps({"linear": {"w": W}}, protocol)
    with pytest.raises(
        ValueError, match=rf"has {len(two)} bytes after its first pickle; .*every=True"
    ):
        load_pickle(one + two)
    step, params = load_pickle(one + two, every=True)
    assert step == 3
    assert_same(params, {"linear": {"w": W}})
    assert load_pickle(one, every=True) == [3]
    assert load_pickle(one + b"\n\0\0") == 3
    with pytest.raises(ValueError, match="the file "):
        load_pickle(one + b"and more", every=True)


@pytest.mark.parametrize("every", [True, False])
def test_the_older_form_of_torch_has_a_sentence_of_its_own(every):
    parts = [0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}, {"w": 1}]
    data = b"".join(pickle.dumps(part, 2) for part in parts) + b"\0\1"
    with pytest.raises(
        ValueError, match=r"of torch.save, in its older form; open it with torch.load"
    ):
        load_pickle(data, every=every)


def test_whatever_happens_to_the_bytes_it_is_read_or_refused_with_a_sentence():
    params = {"linear": {"w": W, "b": jnp.ones(3)}}
    draw = random.Random(0)
    for data in (pickle.dumps(params, protocol) for protocol in PROTOCOLS):
        for end in range(len(data)):
            with pytest.raises(ValueError, match="the file "):
                load_pickle(data[:end])
        for _ in range(300):
            changed = bytearray(data)
            for _ in range(draw.randint(1, 4)):
                changed[draw.randrange(len(data))] = draw.randrange(256)
            try:
                load_pickle(bytes(changed))
            except ValueError as diagnostic:
                assert str(diagnostic).startswith("the file ")  # noqa: PT017


def test_reading_one_file_changes_nothing_for_the_next(gone):
    before = dict(pickled_arrays.KNOWN)
    good = pickle.dumps({"w": W})
    for data in (*ODD["sets the state of something"], *harm("never")):
        with pytest.raises(ValueError, match="the file "):
            load_pickle(data)
        assert_same(load_pickle(good), {"w": W})
    assert before == pickled_arrays.KNOWN
