import errno
import hashlib
import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from nbformat.v4 import new_output

from publishing.assemble.variants import solve
from publishing.read.diagnostic import code_without_docstrings
from publishing.read.percent import read_tutorial
from publishing.run.devices import MachineError
from publishing.run.notebook import Run
from publishing.run.record import (
    SCHEMA,
    UNUSED,
    Key,
    Record,
    Store,
    atomic_write,
    differences,
    key,
)

KEY = Key(("a", "b"), ("e", "f"), "3.13", {"jax": "1", "numpy": "2"}, "r")
CELLS = """# %% [markdown]
# # Title
#
# It is {{ 1 + 1 }}.

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


def its_key(folder: Path, cells: str) -> Key:
    path = folder / "tiny.py"
    path.write_text(cells, encoding="utf-8")
    return key(solve(read_tutorial(path, "tiny"), folder))


CODE = {
    "code": ("print(x)", "print(x, 2)"),
    "a comment in code": ("print(x)", "print(x)  # why"),
    "raises": ('raises="TypeError"', 'raises="Exception"'),
    "match": ('match="None"', 'match="int"'),
    "that it is to warn": ('["recap"]', '["recap", "warns"]'),
    "the solution": ("x = 1\n### END", "x = 2 - 1\n### END"),
    "what the stub keeps": ("### END SOLUTION\n", "### END SOLUTION\ny = 2\n"),
    "where the region ends": ("x = 1\n### END SOLUTION\n", "### END SOLUTION\nx = 1\n"),
    "the name of an exercise": ('"one"', '"two"'),
    "an import": ("import json", "import numpy"),
    "spaces within a text": ("print(x)", "print(x)\ny = '''a  \n'''"),
    "another cell": ("# %% alt", "# %%\n1\n\n# %% alt"),
    "an expression in the prose": ("1 + 1 }}", "1 + 2 }}"),
    "the format of an expression": ("1 + 1 }}", "1 + 1:.3f }}"),
    "where an expression stands": ("# %% alt", "# %% [markdown]\n# {{ 1 }}\n\n# %% alt"),
}


@pytest.mark.parametrize("what", CODE)
def test_the_key_changes_with(tmp_path, what):
    before, after = CODE[what]
    changed = CELLS.replace(before, after)
    assert changed != CELLS
    assert its_key(tmp_path, changed).digest != its_key(tmp_path, CELLS).digest


PROSE = {
    "blank lines at the end of a cell": ("import json\n", "import json\n\n\n\n"),
    "prose": ("# # Title\n", "# # Another\n#\n# And more.\n"),
    "the words around an expression": ("It is", "One and one are"),
    "alt text": ("a line", "a curve"),
    "tags": ('["recap"]', '["varies"]'),
}


@pytest.mark.parametrize("what", PROSE)
def test_the_key_does_not_change_with(tmp_path, what):
    before, after = PROSE[what]
    assert CELLS.replace(before, after) != CELLS
    assert its_key(tmp_path, CELLS.replace(before, after)) == its_key(tmp_path, CELLS)


def test_the_key_changes_with_the_data_and_says_so(tmp_path):
    cells = CELLS.replace("import json", 'open("a.csv")')
    keys = [its_key(tmp_path, cells)]
    for content in ("1", "2"):
        (tmp_path / "a.csv").write_text(content)
        keys.append(its_key(tmp_path, cells))
    without, one, two = keys
    assert differences(one, without) == differences(two, one) == ["data: a.csv changed"]
    assert len({each.digest for each in keys}) == 3
    assert its_key(tmp_path, CELLS).data == {}


SNIPPET = '''import jax


class Model:
    """A model.

    Of two lines.
    """

    def step(self, x):
        """Take a step."""
        text = """no docstring"""
        return x, text
'''


def key_with_snippet(project, cells: str, snippet: str = SNIPPET) -> Key:
    project.snippet("models", snippet)
    path = project.tutorial("tiny", f"# %%\nfrom snippets.models import Model\n\n{cells}")
    return key(solve(read_tutorial(path, "tiny"), project.settings.snippets))


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("A model.", "Ein Modell, für alle.", True),
        ("Of two lines.", "Of two words.", True),
        ('"""Take a step."""', "'Take another step.'", True),
        ("    Of two lines.\n", "    Of two lines,\n    or three.\n", False),  # later lines move
        ('        """Take a step."""\n', "", False),
        ("no docstring", "no text", False),
        ("return x,", "return -x,", False),
        ("return x, text", "return x, text  # why", False),
    ],
)
def test_of_the_docstrings_of_snippets_a_key_has_only_where_their_lines_are(
    project, before, after, same
):
    first = key_with_snippet(project, "Model\n")
    assert before in SNIPPET
    assert (key_with_snippet(project, "Model\n", SNIPPET.replace(before, after)) == first) == same


SHOWS_TEXT = {
    "the docstring": "print(Model.step.__doc__)\n",
    "help": "help(Model)\n",
    "the source": "import inspect\n\nprint(inspect.getsource(Model))\n",
    "an expression in the prose": "1\n\n# %% [markdown]\n# {{ Model.__doc__ }}\n",
    "another cell": '1\n\n# %% tags=["hidden"]\nassert "step" in Model.step.__doc__\n',
    "a stub": """1

# %% exercise="one"
### BEGIN SOLUTION
x = 1
### END SOLUTION
y = Model.__doc__

# %% check="one"
assert x == 1
""",
}


@pytest.mark.parametrize("what", SHOWS_TEXT)
def test_the_key_of_a_page_that_shows_docstrings_or_source_has_docstrings(project, what):
    first = key_with_snippet(project, SHOWS_TEXT[what])
    changed = SNIPPET.replace("Take a step.", "Step.")
    assert key_with_snippet(project, SHOWS_TEXT[what], changed) != first


def test_the_docstring_of_a_snippet_that_an_exercise_hides_runs_nothing_again(project):
    cells = """1

# %% exercise="one"
### BEGIN SOLUTION
from snippets.values import one
### END SOLUTION

# %% check="one"
assert one() == 1
"""
    keys = []
    for text in ("One.", "The number one."):
        project.snippet("values", f'def one():\n    """{text}"""\n    return 1\n')
        keys.append(key_with_snippet(project, cells))
    assert keys[0] == keys[1]


def test_a_text_that_a_cell_begins_with_is_an_output_and_no_docstring(project):
    texts = ('"""One."""', '"""Two."""')
    first, second = (key_with_snippet(project, f"1\n\n# %%\n{text}\n") for text in texts)
    assert first != second


def test_without_expressions_the_key_does_not_change_with_a_new_markdown_cell(tmp_path):
    cells = CELLS.replace("{{ 1 + 1 }}", "2")
    more = cells.replace("# %% alt", "# %% [markdown]\n# So.\n\n# %% alt")
    assert its_key(tmp_path, more) == its_key(tmp_path, cells)


def test_the_key_changes_with_python_and_with_versions():
    digests = {
        KEY.digest,
        replace(KEY, python="3.14").digest,
        replace(KEY, versions={"jax": "2", "numpy": "2"}).digest,
    }
    assert len(digests) == 3
    assert replace(KEY, versions={"numpy": "2", "jax": "1"}).digest == KEY.digest


def test_the_key_holds_the_versions_of_what_is_imported_and_of_nothing_else_that_code_could_use(
    tmp_path,
):
    assert "numpy" not in its_key(tmp_path, CELLS).versions
    assert "numpy" in its_key(tmp_path, CELLS.replace("import json", "import numpy")).versions


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"code": ("a", "c")}, ["code: changed in code cell 2"]),
        ({"code": ("c", "d")}, ["code: changed in code cell 1, 2"]),
        ({"code": ("a", "b", "c")}, ["code: 2 cells became 3"]),
        ({"expressions": ("e",)}, ["prose: an expression in `{{ }}` changed"]),
        ({"python": "3.14"}, ["Python: 3.13 became 3.14"]),
        ({"versions": {"jax": "2", "numpy": "2"}}, ["version: jax 1 became 2"]),
        (
            {"versions": {"numpy": "2", "optax": "1"}},
            ["version: jax 1 became absent", "version: optax absent became 1"],
        ),
        (
            {"runner": "s"},
            ["runner: how kernels are set up, answers graded or outputs normalised changed"],
        ),
    ],
)
def test_what_changed_in_a_key_is_put_in_words(changes, expected):
    assert differences(replace(KEY, **changes), KEY) == expected


def record(
    number: int = 0, platform: str = "cpu", tutorial: str = "tiny", second: int | None = None
) -> Record:
    outputs = [
        [new_output("stream", text="hé\n")],
        [new_output("execute_result", data={"text/plain": "1"})],
    ]
    device = {"platform": platform, "kind": platform.upper()}
    run = Run(
        outputs, [0.25, 0.5], device, {"one": {"raises": {"answer": "E", "check": None}}}, ["2", ""]
    )
    executed_at = f"2026-01-01T00:00:{number if second is None else second:02}+00:00"
    return Record(tutorial, replace(KEY, runner=f"r{number}"), run, executed_at)


def files(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_a_record_comes_back_as_it_was_kept(tmp_path):
    store = Store(tmp_path)
    store.keep(record())
    assert store.find(record().key) == record()
    assert files(tmp_path) == [f"{record().key.digest}/cpu.json"]


def test_there_is_no_record_of_another_key(tmp_path):
    store = Store(tmp_path / "records")
    assert store.find(KEY) is None
    assert store.of("tiny") == []
    store.keep(record(1))
    assert store.find(record(2).key) is None


def test_a_record_of_a_gpu_comes_first_unless_a_device_is_asked_for(tmp_path):
    store = Store(tmp_path)
    store.keep(record(platform="cpu"))
    assert store.find(record().key, "gpu") is None
    store.keep(record(platform="gpu"))
    found = {
        device: store.find(record().key, device).run.device["platform"]
        for device in ("auto", "cpu", "gpu")
    }
    assert found == {"auto": "gpu", "cpu": "cpu", "gpu": "gpu"}


def test_beside_a_record_is_that_of_the_same_key_on_the_other_kind_of_device(tmp_path):
    store, processor, graphics = Store(tmp_path), record(), record(platform="cuda")
    store.keep(processor)
    store.keep(record(number=1, platform="gpu"))
    assert store.beside(processor) is None
    store.keep(graphics)
    assert store.beside(processor) == graphics
    assert store.beside(graphics) == processor


def test_the_records_of_a_tutorial_come_newest_first_and_its_time_is_that_of_the_newest(tmp_path):
    store = Store(tmp_path)
    for number in (2, 3, 1):
        store.keep(record(number))
    newest = record(9, tutorial="other")
    store.keep(replace(newest, run=replace(newest.run, seconds=[1.0, 2.0])))
    assert store.of("tiny") == [record(3), record(2), record(1)]
    assert store.times() == {"tiny": 0.75, "other": 3.0}


DAY = 86400


def used(store: Store, its: Record, days_ago: float) -> None:
    """As if a build had used a record some days ago."""
    (path,) = store.folder.glob(f"{its.key.digest}/*")
    os.utime(path, (time.time() - days_ago * DAY,) * 2)


def test_a_record_is_dropped_when_no_build_has_used_it_for_long_whatever_its_tutorial_is_called(
    tmp_path,
):
    store, days = Store(tmp_path), UNUSED / DAY
    for number in range(3):
        store.keep(record(number, tutorial=f"name-{number}"))
    for number, ago in enumerate((days + 1, days + 1, days - 1)):
        used(store, record(number), ago)
    assert store.find(record(1).key) == record(1, tutorial="name-1")
    store.keep(record(9))
    assert {found.tutorial for found in store.all()} == {"name-1", "name-2", "tiny"}
    assert len(list(tmp_path.iterdir())) == 3


def test_what_a_killed_build_had_begun_to_write_is_dropped_too(tmp_path):
    store, begun = Store(tmp_path), tmp_path / record(1).key.digest / ".begun"
    store.keep(record(1))
    begun.touch()
    store.keep(record(2))
    assert begun.exists()
    os.utime(begun, (time.time() - UNUSED - DAY,) * 2)
    store.keep(record(2))
    assert not begun.exists()
    assert store.find(record(1).key) == record(1)


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
    "of another key": whole(WHOLE | {"key": vars(KEY) | {"runner": "s"}}),
    "of another device": whole(
        WHOLE | {"run": vars(record().run) | {"device": {"platform": "gpu", "kind": "GPU"}}}
    ),
    "changed by hand": whole(WHOLE).replace(b"h\\u00e9", b"H\\u00e9"),
    "of another platform than its name": whole(
        WHOLE | {"run": vars(record().run) | {"device": {"platform": "../../cpu", "kind": "CPU"}}}
    ),
    "a list": b"[]",
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_record_that_is_damaged_or_of_another_schema_is_none(tmp_path, kind):
    path = tmp_path / KEY.digest / "cpu.json"
    path.parent.mkdir()
    path.write_bytes(whole(WHOLE))
    assert Store(tmp_path).find(KEY).key == KEY
    path.write_bytes(DAMAGED[kind])
    assert Store(tmp_path).find(KEY) is None
    assert Store(tmp_path).all() == []


def test_a_damaged_record_is_written_over(tmp_path):
    path = tmp_path / record().key.digest / "cpu.json"
    path.parent.mkdir()
    path.write_bytes(b"{")
    Store(tmp_path).keep(record())
    assert Store(tmp_path).find(record().key) == record()


def test_a_write_that_fails_leaves_the_old_record_and_nothing_else(tmp_path):
    store = Store(tmp_path)
    store.keep(record())
    bad = replace(record(), run=replace(record().run, grades={"one": object()}))
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


@pytest.fixture
def stores(tmp_path):
    return [Store(tmp_path / name) for name in ("here", "one", "two")]


def test_records_of_other_stores_are_taken_and_of_the_same_run_the_newest_stays(stores):
    here, one, two = stores
    here.keep(record(1, second=20))
    one.keep(record(1, second=10))
    one.keep(record(2, second=10))
    two.keep(record(1, second=30))
    two.keep(record(1, "gpu", second=5))
    assert [len(here.merge(store.folder)[0]) for store in (one, two)] == [1, 2]
    expected = [record(1, second=30), record(2, second=10), record(1, "gpu", second=5)]
    assert here.all() == expected
    assert [here.merge(store.folder) for store in (two, one)] == [([], []), ([], [])]


def test_a_damaged_file_is_named_and_skipped_and_the_others_are_taken(stores):
    here, one, _ = stores
    one.keep(record(1))
    (path,) = one.folder.glob("*/*.json")
    path.write_bytes(path.read_bytes()[:-40])
    one.keep(record(2))
    expected = f"{path} is not a whole record of schema {SCHEMA}; it was skipped."
    assert here.merge(one.folder) == ([("tiny", record(2).key)], [expected])
    assert here.all() == [record(2)]


def test_a_record_that_cannot_be_written_leaves_what_stood(stores, monkeypatch):
    here, one, _ = stores
    here.keep(record(1, second=10))
    one.keep(record(1, second=20))

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space"):
        here.merge(one.folder)
    assert here.all() == [record(1, second=10)]
    assert len(list(here.folder.rglob("*.*"))) == 1


@pytest.mark.parametrize("content", [None, "{"])
def test_a_folder_that_holds_no_whole_record_is_an_error(stores, content):
    here, one, _ = stores
    if content:
        one.keep(record())
        next(one.folder.glob("*/*.json")).write_text(content)
    with pytest.raises(
        MachineError, match="one holds no records; name folders of records"
    ) as raised:
        here.merge(one.folder)
    assert ("was skipped" in str(raised.value)) == bool(content)
    assert here.all() == []


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "folder/file"
    atomic_write(path, b"old")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        atomic_write(path, b"new")
    assert (path.read_text(), len(list(path.parent.iterdir()))) == ("old", 1)


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ('"""Other words."""\n\n\ndef f(x):\n    """Others."""\n    return x + 1  # why\n', True),
        ('"""Doc."""\ndef f(x):\n    return x + 1\n', True),
        ('"""Doc."""\ndef f(x):\n    """Doc."""\n    return x + 2\n', False),
        ('"""Doc."""\ndef f(y):\n    """Doc."""\n    return y + 1\n', False),
    ],
)
def test_words_about_the_code_that_runs_notebooks_run_nothing_again(changed, same):
    code = '"""Doc."""\n\n\ndef f(x):\n    """Doc."""\n    return x + 1\n'
    assert (code_without_docstrings(code) == code_without_docstrings(changed)) == same
