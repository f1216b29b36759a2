"""What `haiku-port weights` says of files: every kind that people have, and hostile ones."""

import bz2
import collections
import dataclasses
import enum
import gzip
import hashlib
import importlib.util
import io
import itertools
import json
import lzma
import pickle
import struct
import sys
import tarfile
import time
import types
import zipfile
import zlib
from typing import Any, NamedTuple

import flax.core
import flax.serialization
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import safetensors.numpy

from snippets.porting.inspect import budget, look
from snippets.porting.inspect.load import load
from snippets.porting.inspect.tree import MOST_DEPTH

HOSTILE = importlib.util.spec_from_file_location("hostile", f"{__file__[:-15]}hostile.py")
hostile = importlib.util.module_from_spec(HOSTILE)
HOSTILE.loader.exec_module(hostile)

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
W = np.arange(6, dtype=np.float32).reshape(2, 3)
TREE = {"mlp/~/linear_0": {"w": W, "b": np.zeros(3, np.float32)}}
FLAT = {f"{module}//{name}": a for module, its in TREE.items() for name, a in its.items()}
SHOWN = {path: (list(array.shape), array.dtype.name) for path, array in FLAT.items()}


def saved(save, *arguments, **named) -> bytes:
    save(file := io.BytesIO(), *arguments, **named)
    return file.getvalue()


def shown(about: dict) -> dict:
    return {array["path"]: (array["shape"], array["dtype"]) for array in about["arrays"]}


def values(about: dict) -> dict:
    return {value["path"]: value["value"] for value in about["values"]}


def objects(value) -> np.ndarray:
    made = np.empty((), dtype=object)
    made[()] = value
    return made


def archived(names_and_bytes: dict) -> dict[str, bytes]:
    """The same files in a zip and in a tar archive."""
    with zipfile.ZipFile(zipped := io.BytesIO(), "w") as archive:
        for name, data in names_and_bytes.items():
            archive.writestr(name, data)
    with tarfile.open(fileobj=(tarred := io.BytesIO()), mode="w") as archive:
        for name, data in names_and_bytes.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return {"zip": zipped.getvalue(), "tar": tarred.getvalue()}


KINDS = {
    **{f"pickle {p}": ("pickle of protocol", pickle.dumps(TREE, p)) for p in PROTOCOLS},
    **{
        f"pickle of JAX {p}": (
            "pickle",
            pickle.dumps(jax.tree.map(jnp.asarray, TREE), p),
        )
        for p in PROTOCOLS
    },
    "OrderedDict": ("pickle", pickle.dumps(collections.OrderedDict(TREE), 0)),
    "FrozenDict": ("pickle", pickle.dumps(flax.core.freeze(TREE))),
    "FlatMapping": (
        "pickle",
        pickle.dumps(hk.data_structures.to_immutable_dict(TREE), 2).replace(
            b"numpy._core", b"numpy.core"
        ),
    ),
    "npz": ("npz", saved(np.savez, **FLAT)),
    "packed npz": ("npz", saved(np.savez_compressed, **FLAT)),
    "npy of a tree": ("npy with a pickle", saved(np.save, objects(TREE), allow_pickle=True)),
    "msgpack": ("MessagePack of Flax", flax.serialization.msgpack_serialize(TREE)),
    "safetensors": ("safetensors", safetensors.numpy.save(FLAT)),
}
PACKERS = {
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zlib": zlib.compress,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
}


@pytest.mark.parametrize(("kind", "data"), KINDS.values(), ids=KINDS)
def test_the_same_weights_are_told_alike_whatever_their_file(kind, data):
    about = look("w", data)
    assert about["kind"].startswith(kind)
    assert shown(about) == SHOWN
    digests = {array["path"]: array["digest"] for array in about["arrays"]}
    assert digests == {path: hashlib.sha256(a.tobytes()).hexdigest() for path, a in FLAT.items()}
    assert about["parts"] == {"parameters": {"arrays": 2, "numbers": 9, "bytes": 36}}
    assert about["library"] == "Haiku"
    assert (about["problem"], about["warnings"], about["values"]) == ("", [], [])
    assert json.loads(json.dumps(about)) == about


@pytest.mark.parametrize(("kind", "data"), KINDS.values(), ids=KINDS)
def test_load_gives_the_arrays_by_module_and_name(kind, data):
    loaded = load(data)
    assert {module: list(its) for module, its in loaded.items()} == {
        module: sorted(its, key=list(loaded[module]).index) for module, its in TREE.items()
    }
    for module, name in itertools.product(TREE, ("w", "b")):
        assert loaded[module][name].dtype == TREE[module][name].dtype
        np.testing.assert_array_equal(loaded[module][name], TREE[module][name])


@pytest.mark.parametrize("by", PACKERS)
def test_packed_files_are_unpacked_and_cut_ones_say_so(by):
    packed = PACKERS[by](KINDS["npz"][1])
    about = look("w.npz", packed)
    assert (about["packed"], about["kind"]) == ([by], "npz")
    assert shown(about) == SHOWN
    assert "ends too early" in look("w.npz", packed[:-20])["problem"]


def test_zstandard_is_unpacked_where_something_can_or_named(monkeypatch):
    frame = b"\x28\xb5\x2f\xfd\x04\x00\x21\x00\x00\x80\x02K\x01.\x00\x00\x00\x00"
    about = look("p.pkl.zst", frame)
    if importlib.util.find_spec("zstandard") or importlib.util.find_spec("compression"):
        assert about["packed"] == ["zstandard"]
    else:
        assert "`zstd -d`" in about["problem"]


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_each_file_in_an_archive_is_read_and_named(kind):
    inside = {"a/w.npz": KINDS["npz"][1], "p.pkl.gz": gzip.compress(pickle.dumps({"step": 3}))}
    about = look("all", archived({**inside, "readme.txt": b"hello, reader"})[kind])
    assert set(shown(about)) == {f"a/w.npz//{path}" for path in SHOWN}
    assert values(about)["p.pkl.gz//step"] == "3"
    assert values(about)["readme.txt"].startswith("it is text and not weights")


class State(NamedTuple):
    params: Any
    step: int


@dataclasses.dataclass
class Held:
    params: Any
    step: int


class Plain:
    def __init__(self):
        self.params, self.rate = TREE, 0.1


class Named(dict):
    pass


class Listed(list):
    pass


class Color(enum.Enum):
    RED = 7


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_objects_of_any_class_are_records_of_what_they_hold(protocol):
    held = {
        "tuple": State(TREE, 3),
        "data": Held({"w": W}, 4),
        "plain": Plain(),
        "named": Named(w=W),
        "listed": Listed([W]),
        "color": Color.RED,
        "space": types.SimpleNamespace(w=W),
    }
    about = look("s.pkl", pickle.dumps(held, protocol))
    names = {path.replace("//", "/"): array for path, array in shown(about).items()}
    assert names["tuple/0/mlp/~/linear_0/w"] == ([2, 3], "float32")
    assert {"data/params/w", "named/w", "listed/0", "space/w"} <= names.keys()
    assert values(about)["tuple//1"] == "3"
    assert values(about)["data//step"] == "4"
    assert values(about)["plain//params"].startswith("the same as tuple//0")
    assert values(about)["color//0"] == "7"
    classes = {f"{__name__}.{kind.__name__}" for kind in (State, Held, Plain, Named, Listed, Color)}
    assert classes <= about["classes"].keys()
    assert about["warnings"] == []
    loaded = load(pickle.dumps(held, protocol), at="data")
    assert (list(loaded), loaded["step"]) == (["params", "step"], 4)


def test_what_arrays_look_like_is_told_by_names_classes_and_shapes():
    state = {"norm/~/mean_ema": {"average": W, "hidden": W, "counter": np.int32(3)}}
    tree = {
        "params": TREE,
        "state": state,
        "opt_state": optax.adam(1e-3).init({"w": jnp.ones(2)}),
        "target_params": {"w": W + 1},
        "ema": {"w": W + 2},
        "rng": np.array([0, 1], np.uint32),
        "step": np.int32(7),
        "steps": 8,
    }
    about = look("c.pkl", pickle.dumps(tree))
    part = {array["path"]: array["part"] for array in about["arrays"]}
    assert part["params//mlp/~/linear_0//w"] == "parameters"
    assert part["state//norm/~/mean_ema//average"] == "state"
    assert part["opt_state//0//mu//w"] == part["opt_state//0//count"] == "optimiser"
    assert part["target_params//w"] == part["ema//w"] == "copy of parameters"
    assert part["rng"] == "random key"
    (nested,) = look("c.pkl", pickle.dumps({"state": {"params": {"w": W}}}))["arrays"]
    assert nested["part"] == "parameters"
    assert part["step"] == "step"
    (step,) = [array for array in about["arrays"] if array["path"] == "step"]
    assert step["value"] == "7"
    (steps,) = [value for value in about["values"] if value["path"] == "steps"]
    assert (steps["part"], steps["value"]) == ("step", "8")


def test_several_pickles_in_a_file_are_all_read():
    data = pickle.dumps(3) + pickle.dumps(TREE) + pickle.dumps(State(1, 2))
    about = look("all.pkl", data)
    assert about["kind"] == f"3 pickles of protocol {pickle.DEFAULT_PROTOCOL}"
    assert values(about) == {"0": "3", "2//0": "1", "2//1": "2"}
    assert set(shown(about)) == {f"1//{path}" for path in SHOWN}
    assert "7 bytes after its last pickle" in look("all.pkl", data + b"\xff junk.")["problem"]


def joblib_pickle(gone, array) -> bytes:
    wrapper = gone("joblib.numpy_pickle.NumpyArrayWrapper")()
    wrapper.__dict__ |= {"subclass": np.ndarray, "shape": array.shape, "order": "C"}
    wrapper.__dict__ |= {"dtype": array.dtype, "allow_mmap": False}
    return pickle.dumps(wrapper, 3)[:-1]


def test_arrays_of_joblib_lie_between_the_instructions(gone):
    inner = pickle.dumps(np.array([{"w": W}, 5], dtype=object))
    data = b"\x80\x03(" + joblib_pickle(gone, W)[2:] + W.tobytes()
    data += joblib_pickle(gone, np.empty(2, object))[2:] + inner + b"l."
    about = look("w.joblib", data)
    assert shown(about) == {"0": ([2, 3], "float32"), "1/0/w": ([2, 3], "float32")}
    assert values(about) == {"1/1": "5"}
    np.testing.assert_array_equal(load(data)[0], W)


class Storage(NamedTuple):
    pid: tuple


class WithStorages(pickle.Pickler):
    def persistent_id(self, obj):
        return obj.pid if isinstance(obj, Storage) else None


def tensor_pickle(gone) -> bytes:
    kind, rebuild = gone("torch.FloatStorage"), gone("torch._utils._rebuild_tensor_v2")
    storage = Storage(("storage", kind, "0", "cpu", 6))

    def tensor(offset, shape, strides):
        return hostile.Reduced(rebuild, storage, offset, shape, strides, False, {})

    tree = {"fc.weight": tensor(0, (2, 3), (3, 1)), "t": tensor(0, (3, 2), (1, 3))}
    return saved(lambda file: WithStorages(file, 2).dump(tree | {"b": tensor(4, (2,), (1,))}))


def test_both_forms_of_pytorch_have_their_tensors(gone):
    whole = tensor_pickle(gone)
    with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
        archive.writestr("archive/data.pkl", whole)
        archive.writestr("archive/data/0", W.tobytes())
    heads = [pickle.dumps(each, 2) for each in (0x1950A86A20F9469CFC6C, 1001, {})]
    old = b"".join([*heads, whole, pickle.dumps(["0"], 2), struct.pack("<q", 6), W.tobytes()])
    for data, kind in ((file.getvalue(), "zip of PyTorch"), (old, "PyTorch, in its form")):
        about = look("w.pt", data)
        assert about["kind"].startswith(kind)
        assert shown(about)["fc.weight"] == ([2, 3], "float32")
        assert about["problem"] == ""
        loaded = load(data)
        np.testing.assert_array_equal(loaded["fc.weight"], W)
        np.testing.assert_array_equal(loaded["t"], W.T)
        np.testing.assert_array_equal(loaded["b"], [4, 5])
    assert "ends too early" in look("w.pt", old[:-4])["problem"]


@pytest.mark.parametrize("names", [["a/b/kernel"], ["a.b", "c"], ["arr_0", "arr_1"], ["odd//"]])
def test_names_of_any_form_stay_as_they_are(names):
    arrays = dict.fromkeys(names, W)
    for data in (saved(np.savez, **arrays), safetensors.numpy.save(arrays)):
        assert set(shown(look("w", data))) == set(names)


def test_objects_in_an_npz_are_opened_as_records():
    data = saved(np.savez, params=objects(TREE), step=3)
    about = look("w.npz", data)
    assert shown(about).keys() == {*(f"params//{path}" for path in SHOWN), "step"}
    assert load(data, at="params").keys() == TREE.keys()


def test_flax_writes_bfloat16_numbers_and_large_arrays_in_pieces(monkeypatch):
    monkeypatch.setattr(flax.serialization, "MAX_CHUNK_SIZE", 16)
    tree = {"w": np.arange(20.0), "half": jnp.ones(2, jnp.bfloat16), "n": np.float32(2)}
    data = flax.serialization.msgpack_serialize(tree)
    about = look("w.msgpack", data)
    assert shown(about) == {
        "w": ([20], "float64"),
        "half": ([2], "bfloat16"),
        "n": ([], "float32"),
    }
    np.testing.assert_array_equal(load(data)["w"], np.arange(20.0))
    assert load(data)["half"].dtype == jnp.bfloat16


def test_bfloat16_that_numpy_saved_without_its_name_is_told_and_loaded():
    half = np.asarray(jnp.arange(3, dtype=jnp.bfloat16))
    data = saved(np.savez, w=half)
    assert look("w.npz", data)["notes"] == [
        "V2 is how NumPy saves bfloat16, whose name its files cannot hold."
    ]
    assert load(data)["w"].dtype == jnp.bfloat16
    np.testing.assert_array_equal(load(data)["w"], half)


@pytest.mark.parametrize("dtype", ["?", "i1", "u8", ">f4", "f2", "c8", "U3", "S4", "M8[D]"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_every_dtype_and_order_is_told_and_loaded(dtype, order):
    array = np.array([[1, 0, 1], [0, 1, 1]]).astype(dtype, order=order)
    for data in (pickle.dumps(array), saved(np.save, array)):
        assert shown(look("w", data))[""][0] == [2, 3]
        loaded = load(data)
        np.testing.assert_array_equal(loaded, array)
        assert loaded.dtype == array.dtype.newbyteorder("=")


@pytest.mark.parametrize("kind", ["pickle 4", "msgpack", "safetensors"])
def test_of_a_file_that_is_cut_the_first_arrays_are_shown(kind):
    data = KINDS[kind][1]
    about = look("w", data[:-5])
    assert about["problem"].endswith("ends too early; is it whole?")
    assert shown(about)
    assert shown(about).items() <= SHOWN.items()
    with pytest.raises(ValueError, match="ends too early"):
        load(data[:-5])


OTHERS = {
    "is empty": b"",
    "pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
    "is a web page": b"\n<!DOCTYPE html>",
    "is a GGUF file": b"GGUF\3\0\0\0",
    "perhaps an ONNX model": b"\x08\x07\x12\x04onnx",
    "saved_model.pb": b"\x08\x01\x12\x03abc",
    "is packed by LZ4": b'\x04"M\x18abc',
    "the list of a TensorFlow checkpoint": b'model_checkpoint_path: "ckpt-1"',
    "is the index of a TensorFlow checkpoint": b"\0\0\1" + bytes.fromhex("57fb808b247547db"),
    "is text and not weights; it begins with 'hello": b"hello, this is a text",
    "begins with 5f 82": b"\x5f\x82\xc2\xd9",
    "is a zip, and damaged": KINDS["npz"][1][:-30],
    "not NumPy's": b"\x93NUMPY\1\0\x04\0abcd",
}


@pytest.mark.parametrize(("sentence", "data"), OTHERS.items())
def test_what_is_not_weights_is_named_in_a_sentence(sentence, data):
    about = look("w.bin", data)
    assert about["problem"].startswith("w.bin ")
    assert sentence in about["problem"]
    assert about["arrays"] == about["values"] == []


NO_CALLS = {  # which pickle.load refuses, or does not take for a call
    "npy header with code",
    "joblib",
    "persistent id",
    "persistent id of text",
    "registry",
}


def test_a_file_that_would_run_code_says_what_it_calls(tmp_path):
    for kind, data in hostile.calls(tmp_path / "canary"):
        about = look("w.pkl", data)
        assert about["warnings"] or kind in NO_CALLS, kind
        assert not (tmp_path / "canary").exists()


def assert_all_end(files, canary):
    for kind, data in files:
        start = time.process_time()
        about = look("hostile", data)
        assert time.process_time() - start < 6, kind  # at most 0.7 on an idle machine
        assert len(json.dumps(about)) < 2**25, kind
        assert not canary.exists(), kind
        assert "not known (" not in about["problem"], (kind, about["problem"])


def test_hostile_files_end_soon_and_run_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(budget, "MOST_STEPS", 20_000)
    canary = tmp_path / "canary"
    assert_all_end(hostile.calls(canary), canary)
    assert_all_end(itertools.islice(hostile.slow_pickles(), 20), canary)
    assert_all_end(hostile.headers(), canary)
    assert_all_end(hostile.drawn(60, seed=7), canary)


@pytest.mark.slow
def test_hostile_files_end_within_the_whole_budget(tmp_path):
    canary = tmp_path / "canary"
    assert_all_end(hostile.by_hand(canary).items(), canary)
    assert_all_end(hostile.drawn(400, seed=8), canary)


def test_load_refuses_what_is_too_deep_or_lies_elsewhere():
    deep: Any = W
    for _ in range(MOST_DEPTH + 5):
        deep = [deep]
    loop: list = []
    loop.append(loop)
    for value in (deep, loop):
        with pytest.raises(ValueError, match="contains itself, or is nested too deeply"):
            load(pickle.dumps(value))
    with pytest.raises(ValueError, match=r"has no part 'net', but \['mlp/~/linear_0'\]"):
        load(pickle.dumps(TREE), at="net")


def test_hdf5_without_its_package_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)
    about = look("w.h5", b"\x89HDF\r\n\x1a\n" + bytes(100))
    assert about["problem"].endswith("install the package h5py to see what is in it.")
