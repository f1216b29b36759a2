import io
import itertools
import json
import struct
import time

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import safetensors.numpy

from snippets.porting.formats import (
    DTYPES,
    load_npz,
    load_safetensors,
    safetensors_arrays,
    save_npz,
    save_safetensors,
    tree_by_name,
)

FORMATS = {"npz": (save_npz, load_npz), "safetensors": (save_safetensors, load_safetensors)}


@pytest.fixture(params=FORMATS)
def reloaded(request, tmp_path):
    save, load = FORMATS[request.param]
    paths = (tmp_path / f"{number}.{request.param}" for number in itertools.count())

    def reload(params):
        file, path = io.BytesIO(), next(paths)
        save(file, params)
        save(path, params)
        again = load(io.BytesIO(file.getvalue()))
        assert jax.tree.all(jax.tree.map(np.array_equal, load(path), again))
        assert load(str(path)).keys() == again.keys()
        return again

    return reload


@pytest.fixture
def params():
    return hk.transform(lambda x: hk.nets.MLP([4, 2])(x)).init(jax.random.key(0), jnp.ones((1, 3)))


def test_parameters_are_loaded_as_they_were_saved(reloaded, params):
    again = reloaded(params)
    assert jax.tree.structure(again) == jax.tree.structure(params)
    for old, new in zip(jax.tree.leaves(params), jax.tree.leaves(again), strict=True):
        assert new.dtype == old.dtype
        np.testing.assert_array_equal(new, old)


@pytest.mark.parametrize("dtype", ["?", "i1", "u1", "i2", "u4", "i8", "f2", "f4", "f8", "c8"])
def test_dtypes_and_shapes_survive_also_those_without_numbers(reloaded, dtype):
    for shape in ((), (0,), (3, 0), (1,), (2, 3), (2, 1, 2)):
        array = np.random.default_rng(0).integers(0, 2, shape).astype(dtype)
        tree = {"m": {"a": array, "b": np.int8(3)}, "n": {"w": np.ones(3, "f4")}}
        again = reloaded(tree)
        assert again["m"]["a"].dtype == array.dtype
        assert again["m"]["a"].shape == shape
        assert jax.tree.all(jax.tree.map(np.array_equal, again, tree)), shape


def test_other_layouts_in_memory_are_saved_as_what_they_mean(reloaded):
    tree = {"m": {"f": np.asfortranarray(np.arange(6.0).reshape(2, 3)), "s": np.arange(9)[::2]}}
    tree["m"]["big"] = np.arange(3, dtype=">f4")
    again = reloaded(tree)
    assert jax.tree.all(jax.tree.map(np.array_equal, again, tree))


def test_names_of_modules_may_hold_anything_but_two_slashes(reloaded):
    for module in ("mlp/~/linear_0", "~", "a:b", "a b", "größe", "a.b/c"):
        assert list(reloaded({module: {"w": np.ones(1)}})) == [module]
    assert reloaded({}) == {}


@pytest.mark.parametrize("dtype", [jnp.bfloat16, jnp.float8_e5m2, jnp.float8_e4m3fn])
def test_the_dtypes_that_numpy_lacks_are_in_safetensors_and_refused_for_npz(dtype):
    tree, file = {"m": {"a": jnp.arange(3, dtype=dtype), "b": jnp.ones((), dtype)}}, io.BytesIO()
    with pytest.raises(
        ValueError, match=f"m//a is {jnp.dtype(dtype)}; convert it to float32 first"
    ):
        save_npz(io.BytesIO(), tree)
    save_safetensors(file, tree)
    again = load_safetensors(io.BytesIO(file.getvalue()))
    assert again["m"]["a"].dtype == dtype
    assert jax.tree.all(jax.tree.map(np.array_equal, again, jax.tree.map(np.asarray, tree)))


@pytest.mark.parametrize(
    "array", [np.array(["a"]), np.array([b"a"]), np.ones(1, "M8[s]"), np.ones(1, "c16")]
)
def test_safetensors_refuses_what_it_cannot_hold(array):
    with pytest.raises(ValueError, match=r"m//a is .*, which safetensors cannot hold"):
        save_safetensors(io.BytesIO(), {"m": {"a": array}})


def test_npz_has_alphafolds_names(params, tmp_path):
    save_npz(tmp_path / "params", params)
    with np.load(tmp_path / "params.npz") as flat:
        assert set(flat) == {f"mlp/~/linear_{i}//{name}" for i in (0, 1) for name in "wb"}


def test_names_of_another_form_are_refused():
    for flat, sentence in (
        ({"weight": np.ones(2)}, "'weight' is not of the form module//parameter"),
        ({"a//b": np.ones(2), "c": np.ones(2)}, "'c' is not of the form module//parameter"),
        ({"a:b": np.ones(2), "a:b:c": np.ones(2)}, "'a:b:c' is inside an entry that is an array"),
    ):
        with pytest.raises(ValueError, match=sentence):
            tree_by_name(flat)
        with pytest.raises(ValueError, match=sentence):
            load_safetensors(io.BytesIO(safetensors.numpy.save(flat)))
        file = io.BytesIO()
        np.savez(file, **flat)
        with pytest.raises(ValueError, match="is not of the form module//parameter"):
            load_npz(io.BytesIO(file.getvalue()))


def test_npz_with_python_objects_is_refused():
    file = io.BytesIO()
    np.savez(file, **{"m//w": np.array([{}], dtype=object)})
    with pytest.raises(ValueError, match="Object arrays cannot be loaded"):
        load_npz(io.BytesIO(file.getvalue()))


def test_the_safetensors_package_reads_our_files_and_we_read_its(params, tmp_path):
    draw = np.random.default_rng(0)
    tree = {m: {n: np.asarray(a) for n, a in its.items()} for m, its in params.items()}
    tree["odd"] = {"e": np.ones((0, 2)), "s": np.float16(3), "b": draw.integers(0, 2, (3, 1)) > 0}
    save_safetensors(tmp_path / "ours.safetensors", tree)
    flat = safetensors.numpy.load_file(tmp_path / "ours.safetensors")
    named = {f"{module}//{name}": a for module, its in tree.items() for name, a in its.items()}
    assert flat.keys() == named.keys()
    assert all(np.array_equal(flat[path], named[path]) for path in named)
    safetensors.numpy.save_file(flat, tmp_path / "theirs.safetensors", metadata={"format": "np"})
    again = load_safetensors(tmp_path / "theirs.safetensors")
    assert jax.tree.all(jax.tree.map(np.array_equal, again, tree))


def file_of(entries, data=b"\0" * 8, size=None):
    text = json.dumps(entries).encode() if not isinstance(entries, bytes) else entries
    return io.BytesIO((len(text) if size is None else size).to_bytes(8, "little") + text + data)


def entry(**changes):
    return {"m//w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **changes}}


@pytest.mark.parametrize(
    "file",
    [
        file_of(entry(data_offsets=[0, 16])),
        file_of(entry(data_offsets=[-8, 0])),
        file_of(entry(data_offsets=[8, 0])),
        file_of(entry(data_offsets=[0])),
        file_of(entry(data_offsets=["a", "b"])),
        file_of(entry(shape=[2**60])),
        file_of(entry(shape=[-1, -2])),
        file_of(entry(shape=["a"])),
        file_of(entry(dtype="F9")),
        file_of(entry(dtype=None)),
        file_of(entry(more=1)),
        file_of(entry(), b"\0" * 4),
        file_of(entry(), b"\0" * 12),
        file_of({"m//w": 3}),
        file_of([1]),
        file_of(b"{"),
        file_of(b"\xff{"),
        file_of(entry(), size=2**62),
        file_of(entry(), size=10),
        io.BytesIO(b""),
        io.BytesIO(b"\0" * 8),
    ],
)
def test_a_damaged_safetensors_file_is_refused_with_a_sentence(file):
    with pytest.raises(ValueError, match="This safetensors file "):
        load_safetensors(file)


def test_the_dtypes_of_the_table_exist():
    assert all(np.dtype(jnp.dtype(name)).name == name for name in DTYPES.values())


def test_many_arrays_are_read_without_a_copy_of_the_file_for_each():
    entry = {"dtype": "U8", "shape": [2**20], "data_offsets": [0, 2**20]}
    header = json.dumps({str(number): entry for number in range(10_000)}).encode()
    data = struct.pack("<Q", len(header)) + header + bytes(2**20)
    start = time.process_time()
    with pytest.raises(ValueError, match="has not the size that it says"):
        safetensors_arrays(data)
    assert time.process_time() - start < 1
