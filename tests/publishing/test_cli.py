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
