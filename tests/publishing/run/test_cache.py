import errno
import os
import time
from pathlib import Path

import pytest

from publishing.run import cache
from publishing.run.cache import Cache


@pytest.fixture
def count():
    """A function that gives how often it was called."""
    calls = []

    def make():
        calls.append(None)
        return {"calls": len(calls)}

    return make


def calls(folder: Path, given, make, files=()) -> int:
    """What a new cache on a folder gives: how often its content was made."""
    return Cache(folder)(given, make, files)["calls"]


def test_a_result_is_found_again_by_what_was_given_and_not_by_anything_else(tmp_path, count):
    assert [calls(tmp_path, ("a", [1]), count) for _ in range(2)] == [1, 1]
    assert [calls(tmp_path, ("a", given), count) for given in ([2], (1,), ["1"], [1])] == [
        2,
        3,
        4,
        1,
    ]


def test_a_result_depends_on_files_their_number_and_their_places(tmp_path, count):
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_text("1")
    (tmp_path / ".#one.py").symlink_to("nowhere")  # as an editor leaves it
    assert [
        calls(tmp_path / "kept", "a", count, [one, two, tmp_path / ".#one.py"]) for _ in range(2)
    ] == [1, 1]
    two.write_text("")
    assert calls(tmp_path / "kept", "a", count, [one, two]) == 2
    one.write_text("2")
    assert calls(tmp_path / "kept", "a", count, [one, two]) == 3
    one.replace(two)
    assert calls(tmp_path / "kept", "a", count, [one, two]) == 4


def test_what_was_made_while_a_file_changed_is_not_kept(tmp_path):
    path, kept = tmp_path / "file", tmp_path / "kept"
    path.write_text("old")

    def save_and_read():
        path.write_text("new")
        return path.read_text()

    assert Cache(kept)("a", save_and_read, [path]) == "new"
    path.write_text("old")
    assert Cache(kept)("a", path.read_text, [path]) == "old"


@pytest.mark.parametrize("kept", [0, 20])
def test_a_damaged_file_is_made_again(tmp_path, count, kept):
    calls(tmp_path, "a", count)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:kept])
    assert [calls(tmp_path, "a", count) for _ in range(2)] == [2, 2]


def test_a_folder_that_cannot_be_used_and_a_full_disk_cost_only_time(tmp_path, count, monkeypatch):
    (tmp_path / "file").touch()
    assert [calls(tmp_path / "file", "a", count) for _ in range(2)] == [1, 2]

    def fail(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        assert [calls(tmp_path / "kept", "a", count) for _ in range(2)] == [3, 4]
    assert list((tmp_path / "kept").iterdir()) == []
    assert calls(tmp_path / "kept", "a", count) == 5
    monkeypatch.setattr(Path, "read_bytes", fail)
    assert calls(tmp_path / "kept", "a", count) == 6


def test_an_error_is_raised_each_time(tmp_path, count):
    def fail():
        raise ValueError(f"call {count()['calls']}")

    for number in (1, 2):
        with pytest.raises(ValueError, match=f"call {number}"):
            Cache(tmp_path)("a", fail)
    assert list(tmp_path.iterdir()) == []


def test_files_that_no_build_used_for_a_week_go(tmp_path, count):
    for given in ("used", "unused"):
        calls(tmp_path, given, count)
    for path in tmp_path.iterdir():
        os.utime(path, (time.time() - 6 * 86400,) * 2)
    calls(tmp_path, "used", count)
    before = set(tmp_path.iterdir())
    for path in before:
        os.utime(path, (path.stat().st_mtime - 2 * 86400,) * 2)
    assert len(before) == 2
    assert [calls(tmp_path, given, count) for given in ("used", "unused")] == [1, 3]


def test_no_result_outlives_a_change_of_the_code_here_or_of_the_packages(
    tmp_path, count, monkeypatch
):
    package, site = tmp_path / "package", tmp_path / "site"
    (package / "site").mkdir(parents=True)
    (site / "numpy-1.dist-info").mkdir(parents=True)
    monkeypatch.setattr(cache, "_PACKAGE", package)
    monkeypatch.syspath_prepend(site)
    kept = tmp_path / "kept"

    def calls_of_a_new_process() -> int:
        monkeypatch.setattr(cache, "_AT_START", cache._basis())
        return calls(kept, "a", count)

    template = package / "site/page.md.j2"
    template.write_text("1")
    assert [calls_of_a_new_process() for _ in range(2)] == [1, 1]
    template.write_text("2")
    assert calls_of_a_new_process() == 2
    (site / "numpy-1.dist-info").rename(site / "numpy-2.dist-info")
    assert calls_of_a_new_process() == 3
