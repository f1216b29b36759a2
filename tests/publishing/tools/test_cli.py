import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib import metadata

import numpy
import pytest
from click.testing import CliRunner

from publishing.load import load, named
from publishing.run import schedule
from publishing.run.record import Store
from publishing.tools.cli import main


@pytest.fixture
def tutorials(project):
    """The command, in a project with one tutorial."""
    project.tutorial("part/tiny", "# %%\nx = 1\n")

    def call(*arguments):
        return CliRunner().invoke(main, arguments)

    return call


@pytest.mark.slow
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


@pytest.mark.slow
def test_run_ends_with_1_and_the_block_of_the_failure(tutorials, project):
    project.tutorial("part/tiny", "# %%\nx = 1 / 0\n")
    result = tutorials("run")
    assert result.exit_code == 1
    assert (
        "tutorials/part/tiny.py:5: ZeroDivisionError: division by zero\n  in the cell at"
        in result.stderr
    )


def test_a_wrong_source_ends_with_1_and_its_line(tutorials, project):
    project.tutorial("part/tiny", "# %% nonsense=1\nx = 1\n")
    result = tutorials("list")
    assert (result.exit_code, result.stderr.startswith("tutorials/part/tiny.py:4:")) == (1, True)


@pytest.mark.slow
def test_a_broken_tutorial_does_not_stop_another_that_is_named(tutorials, project):
    project.tutorial("part/broken", "# %% nonsense=1\nx = 1\n")
    assert tutorials("run", "part/tiny").stdout == "1 tutorial: 1 run, 0 had a record.\n"
    assert "would not run" in tutorials("explain", "part/tiny").stdout
    assert tutorials("run", "part/tiny", "part/broken").exit_code == 1
    assert tutorials("run").stderr.startswith("tutorials/part/broken.py:4:")
    assert (
        tutorials("run", "huge/part").stderr
        == "there is no tutorial huge/part; `tutorials list` shows all.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "part/huge"], "there is no tutorial part/huge; `tutorials list` shows all.\n"),
        (["run", "part/tinny"], "there is no tutorial part/tinny; do you mean part/tiny?\n"),
        (
            ["explain", "tutorials/part/tini.py"],
            "there is no tutorial tutorials/part/tini.py; do you mean part/tiny?\n",
        ),
        (
            ["compare", "quite/another"],
            "there is no tutorial quite/another; `tutorials list` shows all.\n",
        ),
        (["run", ""], "there is no tutorial ; `tutorials list` shows all.\n"),
        (["run", "."], "there is no tutorial .; `tutorials list` shows all.\n"),
        (["run", "mkdocs.yml"], "there is no tutorial mkdocs.yml; `tutorials list` shows all.\n"),
        (["run", "--shard", "6/5"], "6/5 is not a shard; write 2/5 for the second of five."),
        (
            ["-f", "no.yml", "list"],
            "there is no no.yml; call this beside the mkdocs.yml of a course, or name it.",
        ),
    ],
)
def test_a_wrong_argument_is_told_with_the_way_out(tutorials, arguments, message):
    result = tutorials(*arguments)
    assert result.exit_code in (1, 2)
    assert message in result.stderr


# What a shell completes or a person types, from a folder of the course or beside it.
PLACES = {
    ".": [
        "part/tiny",
        "part/tiny.py",
        "tutorials/part/tiny.py",
        "./tutorials/part/tiny.py",
        "tutorials/part/tiny",
        "{}",
    ],
    "tutorials": ["part/tiny.py", "./part/tiny.py", "part/tiny", "../tutorials/part/tiny.py", "{}"],
    "tutorials/part": ["tiny.py", "tiny", "./tiny.py", "part/tiny", "{}"],
    "docs": ["part/tiny", "../tutorials/part/tiny.py", "tutorials/part/tiny.py", "{}"],
    "..": [
        "part/tiny",
        "{course}/tutorials/part/tiny.py",
        "./{course}/tutorials/part/tiny.py",
        "{}",
    ],
}


@pytest.mark.parametrize(
    ("folder", "text"), [(folder, text) for folder, texts in PLACES.items() for text in texts]
)
def test_a_tutorial_may_be_named_or_given_as_a_path_from_anywhere(
    tutorials, project, monkeypatch, folder, text
):
    project.tutorial("part/tiny.v2", "# %%\nx = 1\n")
    monkeypatch.chdir(project.root / folder)
    path = project.root / "tutorials/part/tiny.py"
    given = text.format(path, course=project.root.name)
    config = ("-f", str(project.root / "mkdocs.yml"))
    assert tutorials(*config, "explain", given).stdout == "part/tiny would run: it has no record.\n"
    assert (
        named([given, given.replace("tiny", "tiny.v2")], project.settings.source)[0] == "part/tiny"
    )


@pytest.mark.slow
def test_every_command_that_names_tutorials_takes_a_path(tutorials, project):
    path = "./tutorials/part/tiny.py"
    assert tutorials("run", path).stdout == "1 tutorial: 1 run, 0 had a record.\n"
    assert "part/tiny would not run" in tutorials("explain", path).stdout
    shutil.copytree(project.settings.records, project.root / "other")
    compared = tutorials("compare", path, "--against", "other")
    assert (compared.exit_code, compared.stderr) == (0, ""), compared.output


def test_the_version_and_the_help_are_told_without_a_course(tutorials, project, monkeypatch):
    monkeypatch.chdir(project.root / "docs")
    version = tutorials("--version")
    assert (version.exit_code, version.stdout) == (
        0,
        f"mkdocs-tutorials {metadata.version('mkdocs-tutorials')}\n",
    )
    for arguments in (["-h"], ["--help"]):
        assert "the tutorials of a course" in tutorials(*arguments).stdout
    monkeypatch.chdir(project.root)
    assert "Say why a tutorial would run" in tutorials("explain", "-h").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["write", "."], ". holds the sources of the course; name another folder."),
        (["write", "docs/out"], "docs/out holds the sources of the course; name another folder."),
        (["links", "docs"], "docs is not the folder of a site: it has no index.html."),
    ],
)
def test_a_folder_that_a_command_cannot_take_stays_as_it_is(tutorials, project, arguments, message):
    before = sorted(project.root.rglob("*"))
    result = tutorials(*arguments)
    assert (result.exit_code, message in result.stderr) == (2, True), result.output
    assert sorted(project.root.rglob("*")) == before


def test_that_there_is_no_tutorial_is_said(tutorials, project):
    shutil.rmtree(project.root / "tutorials")
    assert tutorials("list").stdout == "There is no tutorial in tutorials.\n"
    assert json.loads(tutorials("list", "--json").stdout)["tutorials"] == []


# Places that a command cannot write to: for each, what is in the way.
UNWRITABLE = {
    "/proc/x": None,
    "/dev/null/x": None,
    "file/x": "file",
    "out": "out/docs",
    "link": None,
    "full": "full/mkdocs.yml/",
}


@pytest.mark.slow
@pytest.mark.parametrize("place", UNWRITABLE)
def test_what_cannot_be_written_is_told_in_a_sentence(tutorials, project, place):
    if way := UNWRITABLE[place]:
        (project.root / way).parent.mkdir(parents=True, exist_ok=True)
        (project.root / way).mkdir() if way.endswith("/") else (project.root / way).touch()
    (project.root / "link").symlink_to("/proc/y")
    result = tutorials("write", place)
    assert result.exit_code in (1, 2)
    assert "Traceback" not in result.stderr
    assert isinstance(result.exception, SystemExit)
    assert re.search(r"^(Error: )?.{10,200}[.]?\n\Z", result.stderr, re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [["run"], ["list"], ["explain", "part/tiny"], ["take", "other"], ["compare"]]
)
@pytest.mark.parametrize("obstacle", ["file", "loop", "nowhere"])
def test_records_that_cannot_be_written_are_told_in_a_sentence(
    tutorials, project, command, obstacle
):
    cache = project.root / ".cache"
    {
        "file": cache.touch,
        "loop": lambda: cache.symlink_to(".cache"),
        "nowhere": lambda: cache.symlink_to("/proc/z"),
    }[obstacle]()
    store = Store(project.root / "good")
    schedule.run(
        load(replace(project.settings, records=store.folder)),
        replace(project.settings, records=store.folder),
    )
    shutil.copytree(store.folder, project.root / "other")
    result = tutorials(*command)
    assert isinstance(result.exception, SystemExit | None)
    writes = command[0] in ("run", "take")
    assert result.exit_code == (0 if command[0] in ("list", "explain") else 1), result.output
    assert "Traceback" not in result.output
    assert not writes or ".cache" in result.stderr


def test_a_pipe_that_is_closed_is_not_a_file_that_cannot_be_written(tutorials, project):
    command = f"{sys.executable} -c 'from publishing.tools.cli import main; main()' list | true"
    ended = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert "cannot be" not in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
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
