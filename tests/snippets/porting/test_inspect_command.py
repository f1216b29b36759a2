"""The command `haiku-port weights`: what it prints, of files and folders, and how it ends."""

import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from snippets.porting.inspect import command

TREE = {"params": {"linear": {"w": np.ones((2, 3), np.float32)}}, "step": 7}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("w.pkl").write_bytes(pickle.dumps(TREE))
    return tmp_path


def test_the_table_names_each_array_and_value(folder, capsys):
    assert command.main(["w.pkl"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("w.pkl: pickle of protocol")
    assert "parameters: 1 array, 6 numbers, 24 bytes" in told
    row = next(line for line in told.splitlines() if line.startswith("params/linear/w"))
    assert row.split() == ["params/linear/w", "(2,", "3)", "float32", "f4691328", "parameters"]
    assert "step = 7" in told
    assert max(map(len, told.splitlines())) <= 100


def test_the_example_of_the_reference_is_what_is_printed(folder, capsys):
    params = {"mlp/~/linear_0": {"w": np.ones((2, 3), np.float32), "b": np.zeros(3, np.float32)}}
    state = {"count": np.int32(7), "mu": params, "nu": params}
    tree = {"params": params, "opt_state": state, "step": 7}
    Path("checkpoint.pkl").write_bytes(pickle.dumps(tree, 4))
    assert command.main(["checkpoint.pkl"]) == 0
    told = capsys.readouterr().out
    page = (Path(__file__).parents[3] / "docs/reference/weights.md").read_text()
    example = page.partition("weights checkpoint.pkl\n")[2].partition("```")[0]
    assert len(example) > 200
    assert example.strip() == told.strip()


def test_depth_sums_up_what_lies_below(folder, capsys):
    assert command.main(["--depth", "1", "w.pkl"]) == 0
    told = capsys.readouterr().out
    assert "params  1 array  24 bytes" in told
    assert "linear" not in told
    with pytest.raises(SystemExit):
        command.main(["--depth", "0", "w.pkl"])


def test_json_is_a_list_with_an_object_for_each_file(folder, capsys):
    Path("v.npy").write_bytes(b"")
    assert command.main(["--output-format", "json", "w.pkl", "v.npy"]) == 2
    first, second = json.loads(capsys.readouterr().out)
    assert first["arrays"][0]["path"] == "params/linear/w"
    assert second["problem"] == "v.npy is empty."


class Evil:
    def __reduce__(self):
        return print, ("it ran",)


def test_the_status_says_whether_all_was_read(folder, capsys):
    Path("evil.pkl").write_bytes(pickle.dumps({"w": Evil()}))
    Path("cut.pkl").write_bytes(Path("w.pkl").read_bytes()[:-3])
    Path("text.txt").write_text("hello, reader")
    assert [command.main([n]) for n in ("evil.pkl", "cut.pkl", "text.txt", "none")] == [1, 1, 2, 2]
    told = capsys.readouterr()
    assert "pickle.load would call builtins.print" in told.out
    assert "it ran" not in told.out.splitlines()
    assert "none: No such file" in told.err


METADATA = {
    "tree_metadata": {
        "('params', 'w')": {
            "key_metadata": [{"key": "params"}, {"key": "w"}],
            "value_metadata": {"value_type": "jax.Array", "write_shape": [2, 3]},
        },
        "('step',)": {"key_metadata": [{"key": "step"}], "value_metadata": {}},
    }
}


def test_folders_of_orbax_are_told_by_their_metadata(folder, capsys):
    Path("5/state/params.w").mkdir(parents=True)
    Path("5/state/_METADATA").write_text(json.dumps(METADATA))
    assert command.main(["5"]) == 0
    assert "state/params/w  (2, 3)  ?" in capsys.readouterr().out
    zarr = {"shape": [2, 3], "dtype": "<f4", "zarr_format": 2}
    Path("5/state/params.w/.zarray").write_text(json.dumps(zarr))
    assert command.main(["5"]) == 0
    assert "state/params/w  (2, 3)  float32" in capsys.readouterr().out


def node(values, shared):
    """A leaf of orbax's database; a value that is None is in another file."""
    keys, inside = list(values), [value or "" for value in values.values()]
    elsewhere = [int(value is None) for value in values.values()]
    owned = [key[size:] for key, size in zip(keys, shared, strict=True)]
    columns = [0, 1, 9, 4, "other/one", len(keys), *shared[1:], *map(len, owned), *owned]
    columns += [*map(len, inside), *elsewhere, *[0] * 2 * sum(elsewhere), *inside]
    body = b"".join(map(encoded, columns))
    return b"\x0c\xdb\x20\xde" + (len(body) + 18).to_bytes(8, "little") + bytes(2) + body + b"sums"


def encoded(column):
    """A text, or a number in bytes of seven bits."""
    if isinstance(column, str):
        return column.encode()
    more = column >> 7
    return bytes([column & 127 | 128]) + encoded(more) if more else bytes([column])


ZARR = json.dumps({"shape": [2, 3], "dtype": "bfloat16", "zarr_format": 2, "fill": "x" * 200})
ZARR_3 = json.dumps({"shape": [], "data_type": "int32", "zarr_format": 3})
NODE = node({"params.w/.zarray": ZARR, "params.w/0.0": None, "step/zarr.json": ZARR_3}, [0, 9, 0])


def test_the_database_of_orbax_says_the_dtypes(folder, capsys):
    Path("5/state/d").mkdir(parents=True)
    Path("5/state/_METADATA").write_text(json.dumps(METADATA))
    database = Path("5/state/d") / ("0f" * 16)
    database.write_bytes(NODE)
    assert command.main(["5"]) == 0
    out = capsys.readouterr().out
    assert "state/params/w  (2, 3)  bfloat16" in out
    assert "state/step      ()      int32" in out
    for size in range(4, len(NODE) - 5, 7):
        database.write_bytes(NODE[:4] + (size - 4).to_bytes(8, "little") + NODE[12:size])
        assert command.main(["5"]) == 0
        assert f"The dtypes (?) are in state/d/{database.name}: it" in capsys.readouterr().out
    database.write_bytes(NODE[:14] + b"(\xb5/\xfd" + NODE[18:])  # as Zstandard begins
    assert command.main(["5"]) == 0
    assert f"state/d/{database.name}: it is packed" in capsys.readouterr().out


def test_other_folders_say_which_of_their_files_to_name(folder, capsys):
    assert command.main(["."]) == 2
    assert "is a folder; name one of its files: w.pkl" in capsys.readouterr().out
    Path("_METADATA").write_text("[1]")
    assert command.main(["."]) == 2
    assert "has metadata that are damaged: _METADATA" in capsys.readouterr().out


def test_python_alone_is_enough(folder, packed):
    command = [sys.executable, "-S", "-I", packed, "weights", "w.pkl"]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "params/linear/w" in done.stdout
