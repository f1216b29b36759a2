from dataclasses import replace
from pathlib import Path

import pytest
from nbformat.v4 import new_output

from publishing.execution import Run
from publishing.keys import SCHEMA, Key
from publishing.machines import Shard, Unfit, merge, need_gpu
from publishing.records import KEPT, Record, Store

NAMES = [f"part/{letter}" for letter in "abcdefghij"]
SECONDS = {name: float(seconds) for name, seconds in zip(NAMES, (9, 1, 1, 7, 2, 5, 3, 8, 4, 6), strict=True)}
KEY = Key(("a",), "3.13", {"jax": "1"}, "r")


def split(count, names=NAMES, seconds=SECONDS):
    return [Shard(number, count).names(names, seconds) for number in range(1, count + 1)]


@pytest.mark.parametrize("seconds", [SECONDS, {}, {NAMES[0]: 40.0}, dict.fromkeys(NAMES, 0.0)])
@pytest.mark.parametrize("count", [1, 2, 3, 10, 13])
def test_every_tutorial_is_in_exactly_one_shard_and_no_shard_is_empty_without_need(count, seconds):
    parts = split(count, seconds=seconds)
    assert sorted(name for part in parts for name in part) == NAMES
    if not seconds or 0.0 in seconds.values():
        assert sum(bool(part) for part in parts) == min(count, len(NAMES))


def test_shards_take_about_the_same_time():
    sums = [sum(SECONDS[name] for name in part) for part in split(3)]
    assert max(sums) - min(sums) <= 1
    assert [len(part) for part in split(2, seconds={})] == [5, 5]


def test_the_split_does_not_depend_on_the_order_in_which_tutorials_and_records_are_found():
    assert split(3, NAMES[::-1], dict(reversed(SECONDS.items()))) == split(3)
    assert split(3, NAMES[::-1], {}) == split(3, NAMES, {})


def test_a_tutorial_without_a_record_counts_as_the_median_of_the_others():
    seconds = {"part/long": 10.0, "part/brief": 1.0, "part/middle": 4.0, "part/deleted": 1000.0}
    parts = split(2, ["part/long", "part/brief", "part/middle", "part/new"], seconds)
    assert parts == [{"part/long"}, {"part/brief", "part/middle", "part/new"}]


@pytest.mark.parametrize("written", ["0/5", "6/5", "a/b", "1/0", "2", "-1/5", "1/2/3", "1.0/2", "", "²/3"])
def test_what_is_no_shard_is_told_in_one_sentence(written):
    with pytest.raises(ValueError, match=r"is no shard; write 2/5 for the second of five\.$"):
        Shard.parse(written)


def test_a_shard_is_read_as_it_is_written():
    assert Shard.parse("2/5") == Shard(2, 5)


def record(number=0, second=0, platform="cpu", tutorial="tiny"):
    run = Run([[new_output("stream", text=f"{second}\n")]], [0.5], {"platform": platform, "kind": "K"}, {})
    return Record(tutorial, replace(KEY, runner=f"r{number}"), run, f"2026-01-01T00:00:{second:02}+00:00")


@pytest.fixture
def stores(tmp_path):
    return [Store(tmp_path / name) for name in ("here", "one", "two")]


def test_records_of_other_stores_are_taken_and_of_the_same_run_the_newest_wins(stores):
    here, one, two = stores
    here.keep(record(1, 20))
    one.keep(record(1, 10))
    one.keep(record(2, 10))
    two.keep(record(1, 30))
    two.keep(record(1, 5, platform="gpu"))
    assert merge([one.folder, two.folder], here) == (3, [])
    assert list(here.all()) == sorted([record(1, 30), record(1, 5, "gpu"), record(2, 10)], key=lambda r: r.key.digest)
    assert merge([two.folder, one.folder], here) == (0, [])


def test_what_is_older_than_the_newest_few_is_not_taken(stores):
    here, one, _ = stores
    for number in range(KEPT):
        here.keep(record(number, 20 + number))
    one.keep(record(9, 1))
    before = list(here.all())
    assert merge([one.folder], here) == (0, [])
    assert list(here.all()) == before


FOREIGN = {
    "no record": ("is no whole record", lambda content: content[:-40]),
    "another schema": (
        f"is of schema {SCHEMA + 1}",
        lambda c: c.replace(f'"schema": {SCHEMA}', f'"schema": {SCHEMA + 1}'),
    ),
    "no device": ("is no whole record", lambda content: content.replace('"platform": "cpu"', '"brand": "cpu"')),
    "a path as platform": ("is no whole record", lambda content: content.replace('"cpu"', '"../../cpu"')),
    "no time": ("is no whole record", lambda content: content.replace('"2026-01-01T00:00:10+00:00"', "3")),
    "words for seconds": ("is no whole record", lambda content: content.replace("[0.5]", '["a"]')),
    "no name": ("is no whole record", lambda content: content.replace('"tiny"', "null")),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_broken_or_foreign_file_is_named_and_skipped_and_the_others_are_taken(stores, kind):
    here, one, _ = stores
    words, broken = FOREIGN[kind]
    one.keep(record(1, 10))
    (path,) = one.folder.glob("*/*.json")
    content = path.read_text()
    assert broken(content) != content
    path.write_text(broken(content))
    one.keep(record(2, 15))
    taken, (sentence,) = merge([one.folder], here)
    assert taken == 1
    assert sentence.startswith(str(path))
    assert words in sentence
    assert list(here.all()) == [record(2, 15)]


def test_a_record_that_cannot_be_written_leaves_what_stood(stores, monkeypatch):
    here, one, _ = stores
    here.keep(record(1, 10))
    one.keep(record(1, 20))

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space"):
        merge([one.folder], here)
    assert list(here.all()) == [record(1, 10)]
    assert len(list(here.folder.rglob("*.*"))) == 1


def test_a_folder_that_does_not_exist_is_told_before_anything_is_taken(stores):
    here, one, two = stores
    one.keep(record())
    with pytest.raises(Unfit, match=r"there is no folder .*two"):
        merge([one.folder, two.folder], here)
    assert list(here.all()) == []


def test_a_machine_without_a_gpu_is_told_how_to_have_one(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with pytest.raises(Unfit, match=r"finds no GPU here.*`uv run --extra gpu tutorials run --device gpu`"):
        need_gpu()
