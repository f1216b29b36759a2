import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from nbformat.v4 import new_output

from publishing.execution import Run
from publishing.keys import SCHEMA, Key
from publishing.records import KEPT, Record, Store, record_now

KEY = Key(("a", "b"), "3.13", {"jax": "1", "numpy": "2"}, "r")


def record(number: int = 0, platform: str = "cpu", tutorial: str = "tiny") -> Record:
    outputs = [[new_output("stream", text="hé\n")], [new_output("execute_result", data={"text/plain": "1"})]]
    device = {"platform": platform, "kind": platform.upper()}
    run = Run(outputs, [0.25, 0.5], device, {"one": {"raises": {"answer": "E", "check": None}}})
    return Record(tutorial, replace(KEY, runner=f"r{number}"), run, f"2026-01-01T00:00:{number:02}+00:00")


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


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


def whole(content: dict) -> bytes:
    """A file with the checksum of its content."""
    checksum = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return json.dumps({"sha256": checksum, **content}).encode()


DAMAGED = {
    "empty": b"",
    "half": whole(WHOLE)[:-40],
    "of another schema": whole(WHOLE | {"schema": SCHEMA + 1}),
    "without a schema": whole({k: v for k, v in WHOLE.items() if k != "schema"}),
    "without outputs": whole(WHOLE | {"run": {"seconds": []}}),
    "without a key": whole(WHOLE | {"key": None}),
    "without a checksum": json.dumps(WHOLE).encode(),
    "of another run's length": whole(WHOLE | {"run": vars(record().run) | {"seconds": [0.25]}}),
    "of another key": whole(WHOLE | {"key": vars(KEY) | {"runner": "s"}}),
    "of another device": whole(WHOLE | {"run": vars(record().run) | {"device": {"platform": "gpu", "kind": "GPU"}}}),
    "changed by hand": whole(WHOLE).replace(b"h\\u00e9", b"H\\u00e9"),
    "a list": b"[]",
    "a number": b"3",
    "no text": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_record_that_is_damaged_or_of_another_schema_is_none(tmp_path, kind):
    path = tmp_path / KEY.digest / "cpu.json"
    path.parent.mkdir()
    path.write_bytes(whole(WHOLE))
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
