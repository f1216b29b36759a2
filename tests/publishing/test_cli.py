import json
import sys

import numpy
import pytest
from click.testing import CliRunner

from publishing.cli import main


@pytest.fixture
def tutorials(project):
    """The command, in a project with one tutorial."""
    project.tutorial("jax/tiny", "# %%\nx = 1\n")

    def call(*arguments):
        return CliRunner().invoke(main, arguments)

    return call


def test_run_says_what_ran_and_what_had_a_record(tutorials):
    first, second = tutorials("run"), tutorials("run", "jax/tiny")
    assert (first.exit_code, first.stdout) == (0, "1 tutorials: 1 run, 0 had a record.\n")
    assert "ran jax/tiny in" in first.stderr
    assert second.stdout == "1 tutorials: 0 run, 1 had a record.\n"


def test_run_force_runs_again(tutorials):
    tutorials("run")
    assert tutorials("run", "--force").stdout == "1 tutorials: 1 run, 0 had a record.\n"


def test_run_ends_with_1_and_the_block_of_the_failure(tutorials, project):
    project.tutorial("jax/tiny", "# %%\nx = 1 / 0\n")
    result = tutorials("run")
    assert result.exit_code == 1
    assert "tutorials/jax/tiny.py:5: ZeroDivisionError: division by zero\n  in the cell at" in result.stderr


def test_a_wrong_source_ends_with_1_and_its_line(tutorials, project):
    project.tutorial("jax/tiny", "# %% nonsense=1\nx = 1\n")
    result = tutorials("list")
    assert (result.exit_code, result.stderr.startswith("tutorials/jax/tiny.py:4:")) == (1, True)


def test_an_unknown_name_is_told_with_the_known_ones(tutorials):
    result = tutorials("run", "jax/huge")
    assert result.exit_code == 2
    assert "there is no tutorial jax/huge; there are jax/tiny" in result.stderr


def test_explain_says_which_part_of_the_key_differs(tutorials, project):
    assert "would run: it has no record" in tutorials("explain", "jax/tiny").stdout
    tutorials("run")
    assert "would not run" in tutorials("explain", "jax/tiny").stdout
    project.tutorial("jax/tiny", "# %%\nx = 2\n")
    assert "code: changed in code cell 1" in tutorials("explain", "jax/tiny").stdout


def test_list_shows_state_seconds_and_device(tutorials):
    assert "to run" in tutorials("list").stdout
    tutorials("run")
    row = tutorials("list").stdout.splitlines()[1].split()
    assert row[:2] == ["jax/tiny", "ran"]
    assert float(row[2]) >= 0
    assert row[3] == "cpu"


def test_shards_run_each_tutorial_once_and_merged_they_are_all(tutorials, project):
    for name in "abc":
        project.tutorial(name, f"# %%\n'{name}'\n")
    said = [tutorials("--records", f"shard-{i}", "run", "--shard", f"{i}/2").stdout for i in (1, 2)]
    assert said == ["2 tutorials: 2 run, 0 had a record.\n"] * 2
    assert tutorials("merge", "shard-1", "shard-2").stdout == "4 records taken, 0 files skipped.\n"
    assert tutorials("run").stdout == "4 tutorials: 0 run, 4 had a record.\n"


def test_a_merge_names_what_it_skips_and_a_folder_that_is_not_there(tutorials, project):
    broken = project.root / "other/key/cpu.json"
    broken.parent.mkdir(parents=True)
    broken.write_text("{")
    merged = tutorials("merge", "other")
    assert (merged.exit_code, merged.stdout) == (0, "0 records taken, 1 files skipped.\n")
    assert merged.stderr == "other/key/cpu.json is no whole record; it was skipped.\n"
    missing = tutorials("merge", "nowhere")
    assert missing.exit_code == 1
    assert missing.stderr.startswith("there is no folder nowhere;")


def test_a_wrong_shard_is_told(tutorials):
    result = tutorials("run", "--shard", "6/5")
    assert result.exit_code == 2
    assert "6/5 is no shard; write 2/5 for the second of five." in result.stderr


def test_list_json_tells_programs_the_state_and_the_versions(tutorials, project):
    project.tutorial("jax/tiny", "# %%\nimport numpy\n")
    before = json.loads(tutorials("list", "--json").stdout)["tutorials"]
    tutorials("run")
    told = json.loads(tutorials("list", "--json").stdout)
    (row,) = told["tutorials"]
    assert told["python"] == f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert before == [{"tutorial": "jax/tiny", "state": "to run", "versions": {"numpy": numpy.__version__}}]
    assert row == before[0] | {
        "state": "ran",
        "seconds": row["seconds"],
        "device": {"platform": "cpu", "kind": "cpu"},
        "executed_at": row["executed_at"],
    }
