"""What is kept is what would be made, and nothing that cannot be read is taken for it."""

import os
import time
from pathlib import Path

import pytest

from publishing import memo as module
from publishing.memo import Memo, afresh


@pytest.fixture
def made():
    """What was made, in order."""
    return []


@pytest.fixture
def ask(tmp_path, made):
    """Ask for a thing as a new build does."""

    def call(given=(1, "a"), what="thing", make=lambda: {"value": 1}):
        return Memo(tmp_path / "kept")(what, given, lambda: made.append(what) or make())

    return call


def kept(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "kept").iterdir()
    return path


def test_what_was_made_is_found_again(ask, made):
    assert ask() == ask() == {"value": 1}
    assert made == ["thing"]


@pytest.mark.parametrize("change", [{"given": (1, "b")}, {"given": ("1", "a")}, {"what": "other"}])
def test_another_input_or_another_name_is_another_thing(ask, made, change):
    ask()
    ask(**change)
    assert len(made) == 2


@pytest.mark.parametrize("part", ["_code", "_packages"])
def test_changed_code_or_packages_forget_everything(ask, made, monkeypatch, part):
    ask()
    monkeypatch.setattr(module, part, lambda: ["changed"])
    ask()
    assert len(made) == 2


def test_the_code_is_that_of_this_package_and_the_packages_are_those_installed():
    assert Path(module.__file__).read_bytes() in module._code()
    assert any(name.startswith("nbformat-") for name in module._packages())


@pytest.mark.parametrize(
    "damage",
    [lambda content: b"", lambda content: content[:-1], lambda content: content[:40] + b"x" + content[41:]],
    ids=["empty", "cut", "changed"],
)
def test_a_damaged_file_is_made_again(ask, made, tmp_path, damage):
    ask()
    whole = kept(tmp_path).read_bytes()
    kept(tmp_path).write_bytes(damage(whole))
    assert ask() == {"value": 1}
    assert len(made) == 2
    assert kept(tmp_path).read_bytes() == whole


def test_what_raises_is_not_kept(ask, made, tmp_path):
    with pytest.raises(ZeroDivisionError):
        ask(make=lambda: 1 / 0)
    assert list((tmp_path / "kept").iterdir()) == []
    assert ask() == {"value": 1}


def test_a_folder_that_takes_no_file_costs_time_only(ask, made, tmp_path, monkeypatch):
    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert ask() == ask() == {"value": 1}
    assert len(made) == 2
    assert list((tmp_path / "kept").iterdir()) == []


def test_what_nobody_asked_for_in_a_week_goes(ask, tmp_path):
    ask()
    old = kept(tmp_path)
    week = time.time() - 8 * 86400
    os.utime(old, (week, week))
    ask()  # to ask is to keep it alive
    Memo(tmp_path / "kept").forget_old()
    assert old.exists()
    os.utime(old, (week, week))
    Memo(tmp_path / "kept").forget_old()
    assert not old.exists()


def test_where_nothing_is_to_be_kept_it_is_made_each_time(made):
    for _ in range(2):
        afresh("thing", (), lambda: made.append(1))
    assert len(made) == 2
