import json
import sys

import numpy
import pytest
from click.testing import CliRunner

from publishing.cli import main
from publishing.run.record import SCHEMA


@pytest.fixture
def tutorials(project):
    """The command, in a project with one tutorial."""
    project.tutorial("part/tiny", "# %%\nx = 1\n")

    def call(*arguments):
        return CliRunner().invoke(main, arguments)

    return call


def test_a_run_is_recorded_explained_listed_and_done_again_only_by_force(tutorials, project):
    assert "to run" in tutorials("list").stdout
    assert "would run: it has no record" in tutorials("explain", "part/tiny").stdout
    first, second = tutorials("run"), tutorials("run", "part/tiny")
    assert (first.exit_code, first.stdout) == (0, "1 tutorial: 1 run, 0 had a record.\n")
    assert "ran part/tiny in" in first.stderr
    assert second.stdout == "1 tutorial: 0 run, 1 had a record.\n"
    assert "would not run" in tutorials("explain", "part/tiny").stdout
    row = tutorials("list").stdout.split()
    assert row[:2] == ["part/tiny", "ran"]
    assert float(row[2]) >= 0
    assert row[3:5] == ["s", "cpu"]
    assert tutorials("run", "--force").stdout == "1 tutorial: 1 run, 0 had a record.\n"
    project.tutorial("part/tiny", "# %%\nx = 2\n")
    assert "code: changed in code cell 1" in tutorials("explain", "part/tiny").stdout
    project.tutorial("part/tiny", "# %% [markdown]\n# {{ 1 + 1 }}\n\n# %%\nx = 1\n")
    assert "an expression in `{{ }}` changed" in tutorials("explain", "part/tiny").stdout


def test_run_ends_with_1_and_the_block_of_the_failure(tutorials, project):
    project.tutorial("part/tiny", "# %%\nx = 1 / 0\n")
    result = tutorials("run")
    assert result.exit_code == 1
    assert "tutorials/part/tiny.py:5: ZeroDivisionError: division by zero\n  in the cell at" in result.stderr


def test_a_wrong_source_ends_with_1_and_its_line(tutorials, project):
    project.tutorial("part/tiny", "# %% nonsense=1\nx = 1\n")
    result = tutorials("list")
    assert (result.exit_code, result.stderr.startswith("tutorials/part/tiny.py:4:")) == (1, True)


def test_a_broken_tutorial_does_not_stop_another_that_is_named(tutorials, project):
    project.tutorial("part/broken", "# %% nonsense=1\nx = 1\n")
    assert tutorials("run", "part/tiny").stdout == "1 tutorial: 1 run, 0 had a record.\n"
    assert "would not run" in tutorials("explain", "part/tiny").stdout
    assert tutorials("run", "part/tiny", "part/broken").exit_code == 1
    assert tutorials("run").stderr.startswith("tutorials/part/broken.py:4:")
    assert tutorials("run", "part/huge").stderr == "there is no tutorial part/huge; there are part/broken, part/tiny.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "part/huge"], "there is no tutorial part/huge; there are part/tiny"),
        (["run", "--shard", "6/5"], "6/5 is not a shard; write 2/5 for the second of five."),
        (["-f", "no.yml", "list"], "there is no no.yml; call this beside the mkdocs.yml of a course, or name it."),
    ],
)
def test_a_wrong_argument_is_told_with_the_way_out(tutorials, arguments, message):
    result = tutorials(*arguments)
    assert result.exit_code in (1, 2)
    assert message in result.stderr


def test_shards_run_each_tutorial_once_and_merged_they_are_all(tutorials, project):
    for name in "abc":
        project.tutorial(name, f"# %%\n'{name}'\n")
    config = project.root / "mkdocs.yml"
    for number in (1, 2):
        other = config.read_text().replace("workers: 2,", f"workers: 2, records: shard-{number},")
        (project.root / "other.yml").write_text(other)
        done = tutorials("-f", "other.yml", "run", "--shard", f"{number}/2")
        assert done.stdout == "2 tutorials: 2 run, 0 had a record.\n"
    merged = tutorials("merge", "shard-1", "shard-2").stdout
    assert merged == "Records taken: 4, of which 4 fit the tutorials here; files skipped: 0.\n"
    assert tutorials("run").stdout == "4 tutorials: 0 run, 4 had a record.\n"


def test_a_merge_names_what_it_skips(tutorials, project):
    tutorials("run")
    broken = project.root / "other/key/cpu.json"
    (project.root / ".cache/records").rename(project.root / "other")
    broken.parent.mkdir()
    broken.write_text("{")
    merged = tutorials("merge", "other")
    assert merged.stdout == "Records taken: 1, of which 1 fit the tutorials here; files skipped: 1.\n"
    assert merged.stderr == f"other/key/cpu.json is not a whole record of schema {SCHEMA}; it was skipped.\n"


def test_a_merge_says_how_many_records_fit_and_why_the_others_do_not(tutorials, project, monkeypatch):
    for name in ("part/b", "part/c", "part/d"):
        project.tutorial(name, f"# %%\n'{name}'\n")
    with monkeypatch.context() as patched:
        patched.setattr("publishing.run.record.get_python_version", lambda: "3.9")
        tutorials("run")
    (project.root / ".cache/records").rename(project.root / "other")
    project.tutorial("part/b", "# %%\n'another'\n")
    (project.root / "tutorials/part/d.py").unlink()
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert tutorials("merge", "other").stdout.splitlines() == [
        "Records taken: 4, of which 0 fit the tutorials here; files skipped: 0.",
        f"3 of the others: Python: 3.9 became {here}",
        "1 of the others: code: changed in code cell 1",
    ]
    assert tutorials("merge", "other").stdout.startswith("Records taken: 0,")  # they are here already


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("nowhere", "there is no folder nowhere; name folders of records, as .cache/records is one."),
        ("docs", "docs holds no records; name folders of records, as .cache/records is one."),
        (".cache", ".cache holds no records; do you mean .cache/records?"),
        (".", ". holds no records; do you mean .cache/records?"),
        ("damaged", "damaged/key/cpu.json is not a whole record"),
    ],
)
def test_a_merge_of_a_folder_without_records_fails(tutorials, project, folder, message):
    tutorials("run")
    (project.root / "damaged/key").mkdir(parents=True)
    (project.root / "damaged/key/cpu.json").write_text("{}")
    result = tutorials("merge", folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(message)


def test_of_several_folders_the_whole_ones_are_merged_before_an_empty_one_fails(tutorials, project):
    tutorials("run")
    (project.root / ".cache/records").rename(project.root / "other")
    assert tutorials("merge", "docs", "other").exit_code == 1
    assert tutorials("run").stdout == "1 tutorial: 0 run, 1 had a record.\n"


def test_runs_are_compared_with_a_folder_of_records_only(tutorials, project):
    (project.root / "docs/key").mkdir()
    (project.root / "docs/key/cpu.json").write_text("{}")
    result = tutorials("compare", "--against", "docs")
    assert result.exit_code == 2
    assert "docs holds no records" in result.stderr


def test_list_json_tells_programs_the_state_and_the_versions(tutorials, project):
    project.tutorial("part/tiny", "# %%\nimport numpy\n")
    before = json.loads(tutorials("list", "--json").stdout)["tutorials"]
    tutorials("run")
    after = json.loads(tutorials("list", "--json").stdout)
    (row,) = after["tutorials"]
    assert after["python"] == f"{sys.version_info[0]}.{sys.version_info[1]}"
    versions = before[0]["versions"]
    assert before == [{"tutorial": "part/tiny", "state": "to run", "versions": versions}]
    assert (versions["numpy"], "ipython" in versions) == (numpy.__version__, True)
    assert row == before[0] | {
        "state": "ran",
        "seconds": row["seconds"],
        "device": {"platform": "cpu", "kind": "cpu"},
        "executed_at": row["executed_at"],
    }
