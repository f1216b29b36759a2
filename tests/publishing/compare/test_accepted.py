from dataclasses import replace
from pathlib import Path

import pytest

from publishing.accepted import Accepted, read, write
from publishing.compare import Difference
from publishing.numbers import Tolerance
from publishing.source import Problem, SourceError

ENTRY = Accepted("jax/tiny", "tiny-3", 'a "new" default\\n', ('loss 0.5 \\ é\n"""', "figure #1e5"), ("loss 0.6\n", "x"))
FOUND = Difference("tiny-3", Problem(Path("tiny.py"), 1, "differs."), ENTRY.old, ENTRY.new)


def test_entries_come_back_as_they_were_written(tmp_path):
    path = tmp_path / "accepted.toml"
    entries = [ENTRY, replace(ENTRY, cell="tiny-4", new=())]
    write(path, entries)
    assert read(path) == entries
    assert path.read_text().startswith("# ")


def test_no_entries_are_no_file(tmp_path):
    path = tmp_path / "accepted.toml"
    write(path, [ENTRY])
    write(path, [])
    assert not path.exists()
    assert read(path) == []


def test_an_entry_covers_its_difference_on_a_machine_with_other_last_digits_too():
    assert ENTRY.covers("jax/tiny", FOUND, Tolerance())
    assert ENTRY.covers("jax/tiny", replace(FOUND, new=("loss 0.60001\n", "x")), Tolerance())


@pytest.mark.parametrize(
    "change",
    [
        {"new": ("loss 0.7\n", "x")},
        {"new": ("loss 0.6\n",)},
        {"old": ("loss 0.4\n", "figure #1e5")},
        {"old": (ENTRY.old[0], "figure #1e6")},
        {"cell": "tiny-4"},
    ],
)
def test_an_entry_covers_no_other_change(change):
    assert not ENTRY.covers("jax/tiny", replace(FOUND, **change), Tolerance())
    assert not ENTRY.covers("jax/other", FOUND, Tolerance())


WRONG = {
    "no TOML": "[[accepted]]\ntutorial = \n",
    "no reason": '[[accepted]]\ntutorial = "a"\ncell = "b"\nold = []\nnew = []\n',
    "an empty reason": '[[accepted]]\ntutorial = "a"\ncell = "b"\nreason = " "\nold = []\nnew = []\n',
    "any new output": '[[accepted]]\ntutorial = "a"\ncell = "b"\nreason = "c"\nold = []\n',
    "a text for a list": '[[accepted]]\ntutorial = "a"\ncell = "b"\nreason = "c"\nold = []\nnew = "x"\n',
    "a number": '[[accepted]]\ntutorial = "a"\ncell = 3\nreason = "c"\nold = []\nnew = []\n',
    "a list of numbers": '[[accepted]]\ntutorial = "a"\ncell = "b"\nreason = "c"\nold = []\nnew = [1]\n',
    "numbers for entries": "accepted = [1]",
    "a table": '[accepted]\ntutorial = "a"\n',
    "a misspelt table": '[[acepted]]\ntutorial = "a"\n',
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_file_that_was_written_otherwise_is_an_error_with_its_name(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    Path("accepted.toml").write_text(WRONG[kind])
    with pytest.raises(SourceError, match=r"^accepted.toml:\d+: "):
        read(tmp_path / "accepted.toml")


def test_a_file_that_is_not_utf_8_is_an_error_with_its_name(tmp_path):
    (tmp_path / "accepted.toml").write_bytes(b"\xff")
    with pytest.raises(SourceError, match=r"accepted.toml:1: "):
        read(tmp_path / "accepted.toml")
