import bz2
import gzip
import io
import lzma
import pickle
import tarfile
import zipfile
import zlib

import flax.serialization
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import safetensors.numpy

from snippets.porting.formats import save_npz, save_safetensors
from snippets.porting.kinds import unpacked
from snippets.porting.weights import compare, load_weights


def network(name="mlp", sizes=(4, 2)):
    return hk.without_apply_rng(hk.transform(lambda x: hk.nets.MLP(sizes, name=name)(x)))


@pytest.fixture
def x():
    return jax.random.normal(jax.random.key(1), (5, 3))


@pytest.fixture
def params(x):
    return network().init(jax.random.key(0), x)


def wanted(net, x):
    return jax.eval_shape(net.init, jax.random.key(0), x)


def save_flat(file, flat):
    file.write(safetensors.numpy.save(flat))


SAVERS = {
    "params.npz": save_npz,
    "params.safetensors": save_safetensors,
    "params.pkl": lambda path, params: path.write_bytes(pickle.dumps(params)),
    "frozen.pkl": lambda path, params: path.write_bytes(
        pickle.dumps(hk.data_structures.to_immutable_dict(params), 2)
    ),
    "tree.npy": lambda path, params: np.save(path, params),
    "tree.npz": lambda path, params: np.savez(path, **params),
}


@pytest.mark.parametrize("name", SAVERS)
def test_every_format_gives_the_parameters_back(name, params, x, tmp_path):
    path = tmp_path / name
    SAVERS[name](path, params)
    with path.open("rb") as file:
        for loaded in (load_weights(path), load_weights(str(path)), load_weights(file)):
            assert len(compare(loaded, wanted(network(), x)).fits) == 4
            np.testing.assert_allclose(
                network().apply(loaded, x), network().apply(params, x), rtol=1e-5, atol=1e-6
            )


def test_npz_with_several_pickled_trees(params, tmp_path):
    np.savez(tmp_path / "all.npz", params=params, state={}, step=3)
    loaded = load_weights(tmp_path / "all.npz")
    assert loaded["params"].keys() == params.keys()
    assert (loaded["state"], loaded["step"]) == ({}, 3)


def test_npz_of_graphcast_becomes_a_tree_of_what_it_holds():
    file = io.BytesIO()
    flat = {"params:mlp/~/linear_0:w": np.ones((2, 3)), "params:mlp/~/linear_0:b": np.ones(3)}
    np.savez(
        file,
        **flat,
        **{"model_config:size": 4, "task_config:names:0": "wind", "description": "a text"},
    )
    loaded = load_weights(io.BytesIO(file.getvalue()))
    assert jax.tree.map(np.shape, loaded["params"]) == {"mlp/~/linear_0": {"w": (2, 3), "b": (3,)}}
    assert loaded["model_config"]["size"] == 4
    assert str(loaded["task_config"]["names"]["0"]) == "wind"
    assert str(loaded["description"]) == "a text"


def test_bfloat16_whose_name_npz_lost_is_found_again():
    file = io.BytesIO()
    np.savez(file, **{"m//w": np.asarray(jnp.arange(3, dtype=jnp.bfloat16))})
    loaded = load_weights(io.BytesIO(file.getvalue()))["m"]["w"]
    assert loaded.dtype == jnp.bfloat16
    assert loaded.tolist() == [0, 1, 2]


class Harm:
    def __reduce__(self):
        return (print, ("harm",))


@pytest.mark.parametrize(
    "save", [np.save, np.savez, lambda path, tree: path.write_bytes(pickle.dumps(tree))]
)
def test_code_in_any_of_the_formats_is_refused(save, tmp_path, capsys):
    path = tmp_path / "w.npz" if save is np.savez else tmp_path / "w.npy"
    save(path, {"w": Harm()})
    with pytest.raises(ValueError, match=rf"{path.name} wants builtins.print"):
        load_weights(path)
    assert capsys.readouterr().out == ""


def zipped(**entries):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name.replace("_", "."), data)
    return file.getvalue()


def saved(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def tarred():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("params.pkl"))
    return file.getvalue()


_deep = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
DEEP = len(_deep).to_bytes(8, "little") + _deep
HUGE = saved(np.ones(2)).replace(b"(2,), }" + b" " * 14, b"(99999999999999,), }")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1", "is a pointer of Git LFS"),
        (b"<!DOCTYPE html>", "is a web page"),
        (b"\x89HDF\r\n", "is an HDF5 file"),
        (b'\x04"M\x18abc', "is packed by LZ4"),
        (b"(\xb5/\xfd\x24", "is packed by Zstandard"),
        (b"GGUF\3\0\0\0", "is a GGUF file"),
        (b"\x08\x07\x12\x07pytorch", "is perhaps an ONNX model"),
        (b"\0\0\x08\x08\x01\x1a\x02", "index of a TensorFlow checkpoint"),
        (b'model_checkpoint_path: "model.ckpt-1"', "list of a TensorFlow checkpoint"),
        (flax.serialization.to_bytes({"params": {"w": np.ones(2)}}), "is MessagePack"),
        (flax.serialization.to_bytes({str(i): {} for i in range(20)}), "is MessagePack"),
        (tarred(), "is a tar archive"),
        (gzip.compress(tarred()), "is a tar archive"),
        (gzip.compress(b"\x89HDF"), "is an HDF5 file"),
        (gzip.compress(b"x")[:-4], "ends too early"),
        (gzip.compress(b"x")[:10] + b"\xff" * 9, "is packed, and damaged"),
        (gzip.compress(pickle.dumps(1)) + b"more", "has 4 bytes after what is packed"),
        (pickle.dumps(1) + pickle.dumps(2), "after its first pickle"),
        (zipped(data_pkl=b"", version=b"3"), r"one of PyTorch\?"),
        (zipped(a_npy=saved(np.ones(99)))[:-30], "is damaged"),
        (zipped(a_npy=saved(np.ones(9))).replace(b"\xf0?", b"\xf1?"), "is damaged"),
        (zipped(a_npy=saved(np.ones(9))[:-9]), r"(?i)read|damaged"),
        (saved(np.ones(9))[:-9], r"(?i)read|damaged"),
        (saved(np.ones(9))[:9], "(?i)header|damaged|expected"),
        (HUGE, "(?i)damaged|read"),
        (saved(np.ones(2)).replace(b"(2,), }", b"print(1"), "is damaged"),
        (b"\x93NUMPY\1\0\xff\xff{", "is damaged"),
        (DEEP, "is damaged"),
        (b"", "ends too early"),
        (b"some text", "is not a pickle of weights"),
    ],
    ids=lambda value: (
        value if isinstance(value, str) else "file"
    ),  # the bytes hold the time, and workers must agree
)
def test_a_file_of_another_kind_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(ValueError, match=sentence) as told:
        load_weights(io.BytesIO(data))
    assert str(told.value).startswith("the file ")


def test_a_folder_is_refused_with_a_sentence(tmp_path):
    (tmp_path / "step_100").mkdir()
    for path in (tmp_path / "step_100", str(tmp_path / "step_100")):
        with pytest.raises(ValueError, match="step_100 is a folder, perhaps of orbax"):
            load_weights(path)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zlib.compress])
@pytest.mark.parametrize("name", SAVERS)
def test_every_format_is_read_where_it_is_packed(name, pack, params, tmp_path):
    path = tmp_path / name
    SAVERS[name](path, params)
    loaded = load_weights(io.BytesIO(pack(path.read_bytes())))
    assert jax.tree.all(jax.tree.map(np.array_equal, loaded, params))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_what_was_packed_in_two_parts_is_one_file(pack):
    data = pickle.dumps({"linear": {"w": np.ones(2)}})
    loaded = load_weights(io.BytesIO(pack(data[:20]) + pack(data[20:]) + b"\0" * 512))
    assert loaded["linear"]["w"].tolist() == [1, 1]
    with pytest.raises(ValueError, match="unpacks to more than 30 bytes"):
        unpacked(pack(data[:20]) + pack(data[20:]), most_bytes=30)


FLAT = {"a/b/kernel": np.ones(2), "a.b": np.ones(3), "arr_0": np.ones(1), "m//w": np.ones(4)}


@pytest.mark.parametrize("save", [lambda file, flat: np.savez(file, **flat), save_flat])
def test_names_of_another_form_are_refused_and_read_as_they_are_if_one_says_so(save, tmp_path):
    for flat in (FLAT, *({name: array} for name, array in FLAT.items() if "//" not in name)):
        path = tmp_path / "w.npz"
        with path.open("wb") as file:
            save(file, flat)
        with pytest.raises(ValueError, match=r"^w.npz: .* is not of the form .*flat=True"):
            load_weights(path)
        loaded = load_weights(path, flat=True)
        assert loaded.keys() == flat.keys()
        assert jax.tree.all(jax.tree.map(np.array_equal, loaded, flat))


def test_several_pickles_are_read_if_one_says_so():
    data = io.BytesIO(pickle.dumps(3) + pickle.dumps({"linear": {"w": np.ones(2)}}))
    step, params = load_weights(data, every=True)
    assert (step, list(params)) == (3, ["linear"])


def test_a_zip_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr("snippets.porting.weights.MOST_BYTES", 1000)
    with pytest.raises(ValueError, match="unpacks to more than 1000 bytes"):
        load_weights(io.BytesIO(zipped(a_npy=saved(np.ones(999)))))


def test_what_fits_is_told_and_nothing_else(params, x):
    same = compare(params, wanted(network(), x))
    assert sorted(same.fits) == sorted(f"mlp/~/linear_{i}/{name}" for i in (0, 1) for name in "wb")
    assert not any(same[1:])
    assert str(same) == "4 of 4 fit."
    assert not any(compare({}, {}))


def test_missing_extra_and_other_shapes_and_dtypes_are_told_apart(x):
    given = {"a": {"w": np.ones((3, 4)), "b": np.ones(2, "f4")}, "old": {"w": np.ones(1, "f4")}}
    wants = {"a": {"w": np.ones((4, 3), "f4"), "b": np.ones(2, "f4"), "c": np.ones(2, "f4")}}
    told = compare(given, wants)
    assert told.fits == ["a/b"]
    assert told.missing == {"a/c": "float32[2]"}
    assert told.extra == {"old/w": "float32[1]"}
    assert told.shapes == {"a/w": ((3, 4), (4, 3))}
    assert told.dtypes == {"a/w": ("float64", "float32")}
    assert "a/w is (3, 4), not (4, 3) (transposed?)" in str(told)
    assert "a/w is float64, not float32" in str(told)


@pytest.mark.parametrize("dtype", [np.float16, np.float64, jnp.bfloat16])
def test_another_dtype_is_told_also_one_that_numpy_lacks(params, x, dtype):
    told = compare(
        jax.tree.map(lambda a: np.asarray(a).astype(dtype), params), wanted(network(), x)
    )
    assert told.dtypes["mlp/~/linear_0/w"] == (jnp.dtype(dtype).name, "float32")
    assert not told.fits


@pytest.mark.parametrize("name", ["head", "mlp_1"])
def test_a_prefix_that_changed_is_found_also_where_all_layers_have_one_shape(x, name):
    square = x[:, :1] * jnp.ones((1, 4))
    given = network("mlp", (4, 4, 4)).init(jax.random.key(0), square)
    told = compare(given, wanted(network(name, (4, 4, 4)), square))
    assert told.renames == {f"mlp/~/linear_{i}": f"{name}/~/linear_{i}" for i in range(3)}
    assert not told.unclear
    assert f"renamed? mlp/~/linear_0 -> {name}/~/linear_0" in str(told)


def test_several_candidates_are_named_and_none_is_chosen():
    w = {"w": np.ones((2, 2))}
    told = compare({"x": w, "y": w}, {"a": w, "b": w})
    assert told.renames == {}
    assert told.unclear == {"x": ["a", "b"], "y": ["a", "b"]}
    assert "renamed? x -> a or b" in str(told)
    one = compare({"x": w, "y": w}, {"a": w})
    assert (one.renames, one.unclear) == ({}, {"x": ["a"], "y": ["a"]})


def test_other_names_or_shapes_inside_are_no_rename_and_neither_is_a_module_that_fits():
    given = {"a": {"w": np.ones(2)}, "b": {"w": np.ones(3)}, "same": {"w": np.ones(2)}}
    told = compare(
        given, {"c": {"v": np.ones(2)}, "d": {"w": np.ones(4)}, "same": {"w": np.ones(2)}}
    )
    assert not told.renames
    assert not told.unclear


def test_the_order_of_the_trees_changes_nothing(x):
    given = network("mlp", (4, 4)).init(jax.random.key(0), x)
    wants = wanted(network("net", (4, 4)), x)
    turned = compare(dict(reversed(given.items())), dict(reversed(wants.items())))
    assert turned.renames == compare(given, wants).renames


@pytest.mark.parametrize(
    "tree",
    [
        {"params": {"linear": {"w": np.ones(2)}}, "step": 3},
        {"linear": np.ones(2)},
        {"linear": {"w": 3}},
        (1, 2),
        np.ones(2),
    ],
)
def test_another_form_of_tree_is_refused(tree):
    with pytest.raises(
        ValueError,
        match=r"given is not module -> name -> array .*Pass the part with the parameters",
    ):
        compare(tree, {})
    with pytest.raises(ValueError, match="wanted is not module"):
        compare({}, tree)
