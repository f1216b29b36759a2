import importlib.metadata
import importlib.util
import io
import json
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output

from publishing.building import Job
from publishing.downloads import archive, downloads, script_header
from publishing.execution import Run
from publishing.keys import key
from publishing.records import record_now
from publishing.settings import Settings
from publishing.tutorial import read_tutorial
from publishing.variants import exercise, solved

CELLS = """# %% [markdown]
# # Title
#
# See [that](that.py).

# %%
import haiku as hk
import jax

# %% exercise="one"
### BEGIN SOLUTION
x = 1
### END SOLUTION

# %% check="one"
assert x == 1
"""
PROJECT = '[project]\nrequires-python = ">=3.12"\ndependencies = ["jax>=0.11", "dm-haiku>=0.0.16", "rich>=1"]\n'


@pytest.fixture
def beside(tmp_path: Path) -> dict[str, bytes]:
    """The downloads of a small tutorial whose second cell printed something."""
    for folder in ("tutorials", "snippets"):
        (tmp_path / folder).mkdir()
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    path = tmp_path / "tutorials/tiny.py"
    path.write_text(CELLS)
    variant = solved(read_tutorial(path, "tiny"), tmp_path / "snippets")
    outputs = [[], [new_output("stream", text="done\n")], []]
    run = Run(outputs, [0.1, 0.2, 0.3], {"platform": "cpu", "kind": "cpu"}, {})
    work = exercise(variant.tutorial, tmp_path / "snippets")
    job = Job(variant, work, key(variant), record_now("tiny", key(variant), run))
    return downloads(job, Settings(source=tmp_path / "tutorials"), str.upper)


def notebook(content: bytes):
    return nbformat.reads(content.decode(), as_version=4)


def block(source: str) -> dict:
    """The PEP 723 block at the top of a script, read as the specification says."""
    lines = source.splitlines()
    assert lines[0] == "# /// script"
    return tomllib.loads("\n".join(line[2:] for line in lines[1 : lines.index("# ///")]))


def test_there_are_two_notebooks_a_script_and_a_record(beside):
    assert set(beside) == {"tiny.ipynb", "tiny-solved.ipynb", "tiny.py", "record.json"}


def test_the_notebook_to_work_in_has_stubs_and_no_outputs(beside):
    work = notebook(beside["tiny.ipynb"])
    nbformat.validate(work)
    code = [cell for cell in work.cells if cell.cell_type == "code"]
    assert not any(cell.outputs for cell in code)
    assert "NotImplementedError" in code[2].source
    assert work.cells[1].source.endswith("[that](THAT.PY).")


def test_the_solved_notebook_has_solutions_and_outputs(beside):
    done = notebook(beside["tiny-solved.ipynb"])
    nbformat.validate(done)
    code = [cell for cell in done.cells if cell.cell_type == "code"]
    assert code[2].source == "x = 1"
    assert code[2].outputs[0].text == "done\n"
    assert [cell.execution_count for cell in code] == [None, 1, 2, 3]


def test_the_ids_of_cells_are_unique(beside):
    ids = [cell.id for cell in notebook(beside["tiny.ipynb"]).cells]
    assert len(set(ids)) == len(ids)


def test_the_record_names_the_code_cells_of_the_notebook(beside):
    summary = json.loads(beside["record.json"])
    ids = {cell.id for cell in notebook(beside["tiny-solved.ipynb"]).cells}
    assert [cell["seconds"] for cell in summary["cells"]] == [0.1, 0.2, 0.3]
    assert {cell["id"] for cell in summary["cells"]} < ids


@pytest.mark.parametrize("name", ["tiny.py", "tiny.ipynb", "tiny-solved.ipynb"])
def test_the_block_pins_every_import_for_a_program_that_runs_it(beside, name):
    source = beside[name].decode()
    metadata = block(source if name.endswith(".py") else notebook(beside[name]).cells[0].source)
    assert metadata == {
        "requires-python": ">=3.12",
        "dependencies": [f"{name}=={importlib.metadata.version(name)}" for name in ("dm-haiku", "jax")],
    }


def test_a_block_without_imports_is_valid_too():
    assert block(script_header({}, "3.12")) == {"requires-python": ">=3.12", "dependencies": []}


class Machine:
    """What the set-up cell sees of a machine: the versions of its distributions, pip or not, and what it installs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, pip: bool = True, **installed: str) -> None:
        self.installed = {name.replace("_", "-"): version for name, version in installed.items()}
        self.calls: list[list[str]] = []
        monkeypatch.setattr(importlib.metadata, "version", self.version)
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: "found" if pip else None)
        monkeypatch.setattr(subprocess, "run", self.run)

    def version(self, name: str) -> str:
        if name not in self.installed:
            raise importlib.metadata.PackageNotFoundError(name)
        return self.installed[name]

    def run(self, command: list[str], **options) -> None:
        assert options.get("check"), "a failed installation must not go unnoticed"
        self.calls.append(command)
        for wanted in command:
            name, equals, version = wanted.partition("==")
            if equals:
                self.installed[name] = version


def set_up(beside: dict[str, bytes]) -> None:
    exec(notebook(beside["tiny.ipynb"]).cells[0].source, {})


def test_where_nothing_is_missing_nothing_is_installed(beside, monkeypatch):
    machine = Machine(monkeypatch, jax="0.11", jaxlib="0.11", dm_haiku="0.0.16")
    set_up(beside)
    assert machine.calls == []


def test_what_is_missing_is_installed_and_an_installed_jax_stays(beside, monkeypatch):
    haiku = importlib.metadata.version("dm-haiku")
    machine = Machine(monkeypatch, jax="0.11.9", jaxlib="0.11.8")
    set_up(beside)
    (command,) = machine.calls
    assert command[:4] == [sys.executable, "-m", "pip", "install"]
    assert {f"dm-haiku=={haiku}", "jax==0.11.9", "jaxlib==0.11.8"} <= set(command)
    assert "--upgrade" not in command
    assert [part for part in command if part.startswith("jax==")] == ["jax==0.11.9"]


def test_a_missing_jax_is_installed_as_pinned(beside, monkeypatch):
    pinned = importlib.metadata.version("jax")
    machine = Machine(monkeypatch, dm_haiku="0.0.16")
    set_up(beside)
    (command,) = machine.calls
    assert f"jax=={pinned}" in command
    assert not any(part.startswith("dm-haiku") for part in command)


def test_without_pip_a_sentence_says_what_is_missing(beside, monkeypatch):
    machine = Machine(monkeypatch, pip=False, jax="0.11")
    with pytest.raises(RuntimeError, match=r"lacks dm-haiku==.* no pip"):
        set_up(beside)
    assert machine.calls == []


def test_without_pip_and_with_everything_installed_all_is_well(beside, monkeypatch):
    machine = Machine(monkeypatch, pip=False, jax="1.0", dm_haiku="0.0.16")
    set_up(beside)
    assert machine.calls == []


@pytest.mark.parametrize("version", ["0.10.2", "0.4.38", "0.10.2.dev3", "0.9"])
def test_an_installed_jax_that_is_too_old_is_named_in_a_sentence(beside, monkeypatch, version):
    machine = Machine(monkeypatch, jax=version, dm_haiku="0.0.16")
    with pytest.raises(RuntimeError, match=f"jax 0.11 or newer and found {version};"):
        set_up(beside)
    assert machine.calls == []


@pytest.mark.parametrize("version", ["0.11", "0.11.0", "0.12.1", "0.11.1.dev20260101+cuda", "1.0"])
def test_an_installed_jax_that_is_new_enough_is_left_alone(beside, monkeypatch, version):
    machine = Machine(monkeypatch, jax=version, dm_haiku="0.0.17")
    set_up(beside)
    assert machine.calls == []


def test_an_archive_is_the_same_bytes_whatever_the_order():
    files = {"b/c.py": b"1", "a.ipynb": b"2" * 1000}
    assert archive(files) == archive(dict(reversed(files.items())))


def test_an_archive_gives_its_files_back_readable():
    with zipfile.ZipFile(io.BytesIO(archive({"b/c.py": b"1", "a.ipynb": b"2"}))) as folder:
        assert {name: folder.read(name) for name in folder.namelist()} == {"a.ipynb": b"2", "b/c.py": b"1"}
        assert all(entry.external_attr >> 16 & 0o400 for entry in folder.infolist())
