import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from publishing.load import load
from publishing.tools.cli import main


def call(*arguments: str):
    return CliRunner().invoke(main, arguments)


def nav(project):
    return yaml.safe_load((project.root / "mkdocs.yml").read_text())["nav"]


def set_nav(project, text: str) -> None:
    path = project.root / "mkdocs.yml"
    path.write_text(path.read_text() + text)


@pytest.mark.slow
def test_a_new_page_has_all_that_a_page_has_and_runs(project):
    set_nav(project, "nav:\n  - index.md\n")
    has = "has: [predict, raises, figure], questions: 1, headings: true"
    rules = f"rules: {{ all: {{ kinds: 3, {has}"
    path = project.root / "mkdocs.yml"
    set_nav(project, "markdown_extensions: [admonition, attr_list, md_in_html]\n")
    path.write_text(
        path.read_text().replace("timeout: 60", f"timeout: 60, {rules}, objectives: 3 }} }}")
    )
    made = call("new", "part/tiny")
    assert made.exit_code == 0, made.output
    assert nav(project) == ["index.md", {"Part": ["tutorials/part/tiny.ipynb"]}]
    for kind in ("predict", "repair", "build"):
        answers = (project.root / f"tests/answers/tiny-{kind}.py").read_text()
        assert {*re.findall("(?m)^# %% ([a-z]+): ", answers)} == {"right", "wrong"}
    page = project.root / "tutorials/part/tiny.py"
    to_write = [n for n, row in enumerate(page.read_text().splitlines(), 1) if "TODO" in row]
    checked = call("check", "part/tiny")
    told = "".join(
        f"tutorials/part/tiny.py:{n}: `TODO`: this is to be written.\n" for n in to_write
    )
    assert (checked.exit_code, checked.stdout) == (1, told)
    page.write_text(page.read_text().replace("TODO", "It"))
    checked = call("check", "part/tiny")
    assert (checked.exit_code, checked.stdout) == (0, "part/tiny: nothing is wrong.\n")
    for asked in (
        ["check", "--select=E,F,W,I,UP,B,SIM,RUF", "--ignore=E402,E501"],
        ["format", "--check", "--line-length=88"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *asked, str(page)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
    again = call("new", "part/tiny")
    assert (again.exit_code, "there is tutorials/part/tiny.py already" in again.stderr) == (2, True)


@pytest.mark.parametrize("name", ["part/ti ny", "../tiny", "", "part/tiny.py", "/part/tiny"])
def test_a_name_that_no_page_can_have_is_told(project, name):
    assert "write part/name, with letters" in call("new", name).stderr


@pytest.mark.parametrize("name", ["überblick", "统计/均值"])
def test_a_page_is_called_in_any_language(project, name):
    set_nav(project, "nav:\n  - index.md\n")
    written = unicodedata.normalize("NFD", name)  # as some file systems give it
    assert call("new", written).exit_code == 0
    assert f"tutorials/{name}.ipynb" in str(nav(project))
    assert [lesson.name for lesson in load(project.settings)] == [name]


# The navigation before, and after part/tiny is added.
NAVIGATIONS = {
    "nav:\n  - index.md # 1\n  - One: # 2\n    - tutorials/part/a.ipynb\n  - b.md\n\nextra: {}\n": [
        "index.md",
        {"One": ["tutorials/part/a.ipynb", "tutorials/part/tiny.ipynb"]},
        "b.md",
    ],
    "nav:\n- index.md\n- Title: tutorials/part/a.ipynb\n": [
        "index.md",
        {"Title": "tutorials/part/a.ipynb"},
        "tutorials/part/tiny.ipynb",
    ],
    "nav:\n  - Two:\n    - tutorials/other/a.ipynb\n": [
        {"Two": ["tutorials/other/a.ipynb"]},
        {"Part": ["tutorials/part/tiny.ipynb"]},
    ],
}


@pytest.mark.parametrize("before", NAVIGATIONS)
def test_a_page_comes_after_the_last_of_its_part_and_comments_stay(project, before):
    set_nav(project, before)
    text = (project.root / "mkdocs.yml").read_text()
    made = call("new", "part/tiny")
    assert made.exit_code == 0, made.output
    assert nav(project) == NAVIGATIONS[before]
    after = (project.root / "mkdocs.yml").read_text().splitlines()
    assert [line for line in text.splitlines() if line not in after] == []
    number = int(re.search(r"mkdocs\.yml:(\d+)", made.stdout)[1])
    assert "part/tiny" in after[number - 1]


def test_where_no_line_can_be_added_to_the_nav_its_author_is_told(project):
    set_nav(project, "nav: [index.md]\n")
    made = call("new", "part/tiny")
    said = "has no nav with a line for each page; name tutorials/part/tiny.ipynb there.\n"
    assert (made.exit_code, made.stderr) == (1, f"mkdocs.yml:1: {said}")
    assert [*project.root.rglob("tiny*")] == []


@pytest.mark.slow
def test_the_tests_of_a_new_course_try_the_answers_that_new_writes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call("init", "course").exit_code == 0
    monkeypatch.chdir(tmp_path / "course")
    assert call("new", "part/tiny").exit_code == 0
    page = Path("tutorials/part/tiny.py")
    page.write_text(page.read_text().replace("TODO", "It"))
    answers = Path("tests/answers/tiny-build.py")
    changed = {"return np.mean(values)": "return np.max(values)", "np.median(": "np.mean("}
    for old, new in changed.items():
        assert old in answers.read_text()
        answers.write_text(answers.read_text().replace(old, new))
    command = [sys.executable, "-m", "pytest", "-q", "mkdocs.yml", "-k", "tiny-build"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "tests/answers/tiny-build.py:1: should be right, but its check fails" in done.stdout
    assert "its check lets this wrong answer pass." in done.stdout
    assert (done.returncode, "1 failed" in done.stdout) == (1, True), done.stdout
