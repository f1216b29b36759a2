import json
from dataclasses import replace
from pathlib import Path

import pytest
from nbformat.v4 import new_output

from publishing.execution import Run
from publishing.records import KEPT, SCHEMA, Key, Record, Store, differences, key, record_now
from publishing.tutorial import read_tutorial
from publishing.variants import solved

KEY = Key(("a", "b"), "3.13", {"jax": "1", "numpy": "2"}, "r")
CELLS = """# %% [markdown]
# # Title

# %%
import json

# %% exercise="one"
### BEGIN SOLUTION
x = 1
### END SOLUTION

# %% check="one"
assert x == 1

# %% raises="TypeError" match="None"
1 + None

# %% alt="a line" tags=["recap"]
print(x)
"""


def its_key(folder: Path, cells: str, **more) -> Key:
    path = folder / "tiny.py"
    path.write_text(cells, encoding="utf-8")
    return key(solved(read_tutorial(path, "tiny"), folder), **more)


def record(number: int = 0, platform: str = "cpu", tutorial: str = "tiny") -> Record:
    outputs = [[new_output("stream", text="hé\n")], [new_output("execute_result", data={"text/plain": "1"})]]
    device = {"platform": platform, "kind": platform.upper()}
    run = Run(outputs, [0.25, 0.5], device, {"one": {"raises": {"answer": "E", "check": None}}})
    return Record(tutorial, replace(KEY, runner=f"r{number}"), run, f"2026-01-01T00:00:{number:02}+00:00")


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


CODE = {
    "code": ("print(x)", "print(x, 2)"),
    "a comment in code": ("print(x)", "print(x)  # why"),
    "raises": ('raises="TypeError"', 'raises="Exception"'),
    "match": ('match="None"', 'match="int"'),
    "the solution": ("x = 1\n### END", "x = 2 - 1\n### END"),
    "what the stub keeps": ("### END SOLUTION\n", "### END SOLUTION\ny = 2\n"),
    "where the region ends": ("x = 1\n### END SOLUTION\n", "### END SOLUTION\nx = 1\n"),
    "the name of an exercise": ('"one"', '"two"'),
    "an import": ("import json", "import numpy"),
    "another cell": ("# %% alt", "# %%\n1\n\n# %% alt"),
}


@pytest.mark.parametrize("what", CODE)
def test_the_key_changes_with(tmp_path, what):
    before, after = CODE[what]
    changed = CELLS.replace(before, after)
    assert changed != CELLS
    assert its_key(tmp_path, changed).digest != its_key(tmp_path, CELLS).digest


PROSE = {
    "prose": ("# # Title\n", "# # Another\n#\n# And more.\n"),
    "a new Markdown cell": ("# %% alt", "# %% [markdown]\n# So.\n\n# %% alt"),
    "alt text": ("a line", "a curve"),
    "tags": ('["recap"]', '["varies", "hidden"]'),
}


@pytest.mark.parametrize("what", PROSE)
def test_the_key_does_not_change_with(tmp_path, what):
    before, after = PROSE[what]
    assert CELLS.replace(before, after) != CELLS
    assert its_key(tmp_path, CELLS.replace(before, after)) == its_key(tmp_path, CELLS)


def test_the_key_changes_with_python_and_with_versions():
    digests = {KEY.digest, replace(KEY, python="3.14").digest, replace(KEY, versions={"jax": "2", "numpy": "2"}).digest}
    assert len(digests) == 3
    assert replace(KEY, versions={"numpy": "2", "jax": "1"}).digest == KEY.digest


def test_the_key_holds_the_versions_of_what_is_imported_only(tmp_path):
    assert its_key(tmp_path, CELLS).versions == {}
    assert "numpy" in its_key(tmp_path, CELLS.replace("import json", "import numpy")).versions


def test_the_key_changes_with_the_answers_to_judge(tmp_path):
    answers = [None, {"one": {"right": "x = 1"}}, {"one": {"right": "x = 2 - 1"}}]
    assert len({its_key(tmp_path, CELLS, answers=some).digest for some in answers}) == 3


def test_a_record_comes_back_as_it_was_kept(tmp_path):
    store = Store(tmp_path)
    store.keep(record())
    assert store.find(record().key) == record()
    assert files(tmp_path) == [f"{record().key.digest}/cpu.json"]


def test_there_is_no_record_of_another_key(tmp_path):
    store = Store(tmp_path / "records")
    assert store.find(KEY) is None
    assert store.latest("tiny") is None
    store.keep(record(1))
    assert store.find(record(2).key) is None


def test_a_record_of_a_gpu_comes_first_unless_a_device_is_asked_for(tmp_path):
    store = Store(tmp_path)
    store.keep(record(platform="cpu"))
    assert store.find(record().key, "gpu") is None
    store.keep(record(platform="gpu"))
    found = {device: store.find(record().key, device).run.device["platform"] for device in ("auto", "cpu", "gpu")}
    assert found == {"auto": "gpu", "cpu": "cpu", "gpu": "gpu"}


def test_the_latest_record_of_a_tutorial_is_the_newest_of_any_key(tmp_path):
    store = Store(tmp_path)
    for number in (2, 3, 1):
        store.keep(record(number))
    store.keep(record(9, tutorial="other"))
    assert store.latest("tiny") == record(3)


def test_only_the_newest_few_records_of_a_tutorial_are_kept(tmp_path):
    store = Store(tmp_path)
    store.keep(record(0, tutorial="other"))
    for number in range(1, KEPT + 4):
        store.keep(record(number))
    assert [found.executed_at[17:19] for found in store.of("tiny")] == ["07", "06", "05", "04"]
    assert store.latest("other") == record(0, tutorial="other")
    assert len(list(tmp_path.iterdir())) == KEPT + 1


WHOLE = {
    "schema": SCHEMA,
    "tutorial": "tiny",
    "executed_at": "2026-01-01T00:00:00+00:00",
    "key": vars(KEY),
    "run": vars(record().run),
}
DAMAGED = {
    "empty": b"",
    "half": json.dumps(WHOLE).encode()[:-40],
    "of another schema": json.dumps(WHOLE | {"schema": SCHEMA + 1}).encode(),
    "without a schema": json.dumps({k: v for k, v in WHOLE.items() if k != "schema"}).encode(),
    "without outputs": json.dumps(WHOLE | {"run": {"seconds": []}}).encode(),
    "without a key": json.dumps(WHOLE | {"key": None}).encode(),
    "a list": b"[]",
    "a number": b"3",
    "no text": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_record_that_is_damaged_or_of_another_schema_is_none(tmp_path, kind):
    path = tmp_path / KEY.digest / "cpu.json"
    path.parent.mkdir()
    path.write_bytes(json.dumps(WHOLE).encode())
    assert Store(tmp_path).find(KEY).key == KEY
    path.write_bytes(DAMAGED[kind])
    assert Store(tmp_path).find(KEY) is None
    assert list(Store(tmp_path).all()) == []


def test_a_damaged_record_is_written_over(tmp_path):
    path = tmp_path / record().key.digest / "cpu.json"
    path.parent.mkdir()
    path.write_bytes(b"{")
    Store(tmp_path).keep(record())
    assert Store(tmp_path).find(record().key) == record()


def test_a_write_that_fails_leaves_the_old_record_and_nothing_else(tmp_path):
    store = Store(tmp_path)
    store.keep(record())
    bad = replace(record(), run=replace(record().run, verdicts={"one": object()}))
    with pytest.raises(TypeError):
        store.keep(bad)
    assert store.find(record().key) == record()
    assert files(tmp_path) == [f"{record().key.digest}/cpu.json"]


def test_the_summary_names_cells_seconds_and_device(tmp_path):
    summary = record().summary(["tiny-1", "tiny-3"])
    assert summary["seconds"] == 0.75
    assert summary["device"] == {"platform": "cpu", "kind": "CPU"}
    assert summary["key"] == record().key.digest
    assert summary["cells"] == [{"id": "tiny-1", "seconds": 0.25}, {"id": "tiny-3", "seconds": 0.5}]
    assert json.loads(json.dumps(summary)) == summary


def test_a_record_made_now_says_when_in_utc():
    made = record_now("tiny", KEY, record().run)
    assert (made.tutorial, made.key) == ("tiny", KEY)
    assert made.executed_at.endswith("+00:00")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"code": ("a", "c")}, ["code: changed in code cell 2"]),
        ({"code": ("c", "d")}, ["code: changed in code cell 1, 2"]),
        ({"code": ("a", "b", "c")}, ["code: 2 cells became 3"]),
        ({"python": "3.14"}, ["Python: 3.13 became 3.14"]),
        ({"versions": {"jax": "2", "numpy": "2"}}, ["version: jax 1 became 2"]),
        (
            {"versions": {"numpy": "2", "optax": "1"}},
            ["version: jax 1 became absent", "version: optax absent became 1"],
        ),
        ({"runner": "s"}, ["runner: how kernels are set up or answers judged changed"]),
    ],
)
def test_what_changed_in_a_key_is_said_in_words(changes, said):
    assert differences(replace(KEY, **changes), KEY) == said
