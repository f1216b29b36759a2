"""What `tests/unchanged.py` skips: tests that passed on the same files, in a repository of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from unchanged import is_page

_SET_UP = """
import sys
from pathlib import Path

sys.path[:0] = {path!r}
import unchanged

unchanged.ROOT = Path(__file__).parents[1]
unchanged.FOLDER = unchanged.ROOT / ".cache/verdicts"
unchanged.FOLDERS = (unchanged.ROOT / "tests/publishing",)


def pytest_configure(config):
    if unchanged.is_whole(config):
        reads = unchanged.Reads(unchanged.ROOT)
        sys.addaudithook(reads.hear)
        config.pluginmanager.register(unchanged.Unchanged(reads))
"""
_TESTS = """
import subprocess, sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_engine():
    assert (ROOT / "publishing/engine.py").read_text()


def test_fails():
    assert "right" in (ROOT / "publishing/engine.py").read_text()


def test_lists():
    assert list((ROOT / "docs").iterdir())


def test_starts_a_program():
    subprocess.run([sys.executable, "-c", ""], cwd=ROOT, check=True)
"""
_OTHERS = """
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def text():
    return Path("tutorials/page.py").read_text()


def test_reads_nothing():
    pass


def test_has_the_text(text):
    assert text
"""
_IMPORTS = """
from pathlib import Path

TEXT = (Path(__file__).parents[2] / "tutorials/page.py").read_text()


def test_of_the_text():
    assert TEXT
"""


@pytest.fixture
def run(tmp_path):
    """Runs the tests of a small repository; gives those that ran, with what became of them."""
    files = {
        "pytest.ini": "[pytest]\ntestpaths = tests\npythonpath = .\n",
        ".gitignore": ".cache\n__pycache__\n.pytest_cache\n",
        "tests/conftest.py": _SET_UP.format(path=sys.path),
        "tests/publishing/test_a.py": _TESTS,
        "tests/publishing/test_b.py": _OTHERS,
        "tests/publishing/test_c.py": _IMPORTS,
        "tests/other/test_d.py": "def test_elsewhere():\n    pass\n",
        "publishing/engine.py": "1",
        "docs/page.md": "text",
        "docs/assets/site.css": "p {}",
        "tutorials/page.py": "1",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)

    def run(*arguments: str) -> dict[str, str]:
        command = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", *arguments]
        environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        found = re.findall(
            r"^\S+::test_(\w+) (PASSED|FAILED|SKIPPED|ERROR)", done.stdout, re.MULTILINE
        )
        assert found, done.stdout + done.stderr
        return {name: state for name, state in found if state != "SKIPPED"}

    return run


WIDE = {"lists", "starts_a_program", "has_the_text", "of_the_text"}
ALL = {"engine", "fails", "reads_nothing", "elsewhere", *WIDE}


def test_what_passed_is_skipped_and_what_failed_or_is_of_another_folder_runs(run):
    assert run().keys() == ALL
    assert run() == {"fails": "FAILED", "elsewhere": "PASSED"}
    assert run("tests/publishing").keys() == ALL - {"elsewhere"}
    assert run("-k", "engine").keys() == {"engine"}


def test_what_changes_decides_which_tests_run_again(run, tmp_path):
    always = {"fails", "elsewhere"}
    changes = {
        "publishing/engine.py": ALL,
        "docs/assets/site.css": ALL,
        "new.txt": ALL,
        "tests/publishing/test_c.py": ALL,
        "tutorials/page.py": WIDE | always,
        "docs/page.md": WIDE | always,
        "tests/tutorials/right_answers/a.py": WIDE | always,
        ".cache/record.json": always,
    }
    run()
    for place, again in changes.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        with (tmp_path / place).open("a") as file:
            file.write("\n# more\n")
        assert sorted(run()) == sorted(again), place


@pytest.mark.parametrize(
    ("place", "page"),
    [
        ("tutorials", True),
        ("tutorials/jax/keys.py", True),
        ("docs", True),
        ("docs/index.md", True),
        ("docs/assets/site.js", False),
        ("docs/overrides/main.html", False),
        ("tests/tutorials/inputs/a.py", True),
        ("tests/site/pages.py", False),
        ("publishing/read/docs.py", False),
        ("mkdocs.yml", False),
        (".", False),
        ("../elsewhere/tutorials", False),
    ],
)
def test_pages_and_answers_are_told_from_the_rest(place, page):
    assert is_page(Path(place)) == page
