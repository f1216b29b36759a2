import base64
import io
import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import nbformat
import pytest
import yaml
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from PIL import Image

from publishing.load import load
from publishing.read.answers import read_answers
from publishing.tools import notebook
from publishing.tools.cli import main
from publishing.tools.notebook import converted, with_gaps

_file = io.BytesIO()
Image.new("RGB", (4, 3)).save(_file, "PNG")
PNG = _file.getvalue()


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
    has = "has: [predict, raises, figure], questions: 1, headings: true, right: 1, wrong: 3"
    rules = f"rules: {{ all: {{ kinds: 3, {has}"
    path = project.root / "mkdocs.yml"
    set_nav(project, "markdown_extensions: [admonition, attr_list, md_in_html]\n")
    path.write_text(
        path.read_text().replace(
            "timeout: 60", f"timeout: 60, {rules}, objectives: 3, sentence: 5, clauses: true }} }}"
        )
    )
    made = call("new", "part/tiny")
    assert made.exit_code == 0, made.output
    assert nav(project) == ["index.md", {"Part": ["tutorials/part/tiny.ipynb"]}]
    for kind in ("predict", "repair", "build"):
        answers = read_answers(project.root / f"tests/answers/tiny-{kind}.py")
        kinds = {"right", "wrong"} | ({"breaks"} if kind != "predict" else set())
        assert {answer.kind for answer in answers} == kinds
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


def test_lists_and_fences_get_the_blank_lines_that_pages_need():
    for markdown, text in {
        "text:\n- a\n- b\n  - c": "text:\n\n- a\n- b\n  - c",
        "text\n```\na\n- no\n```\nb": "text\n\n```\na\n- no\n```\n\nb",
        "text\n\n1. b\n\nc": "text\n\n1. b\n\nc",
    }.items():
        assert with_gaps(markdown) == text


def percent(folder, *cells, **metadata) -> str:
    path = folder / "my_first-notebook.ipynb"
    nbformat.write(new_notebook(cells=list(cells), metadata=metadata), path)
    return notebook.percent(converted(path)[0])


MAGICS = """
%matplotlib inline
%matplotlib notebook
%config InlineBackend.figure_format = 'retina'
%autoreload 2
%load_ext autoreload
!pip install -q jax
%pip install x
! pip install x
"""


def test_magics_without_effect_are_left_out_and_others_stay(tmp_path):
    for magic in MAGICS.strip().splitlines():
        sources = (f"{magic} \nx = 1", magic, f"%timeit 1\n{magic}")
        text = percent(tmp_path, *map(new_code_cell, sources))
        assert text.count("# %%\n") == 2
        assert magic not in text
        assert "%timeit 1" in text
        assert "%%time" in percent(tmp_path, new_code_cell(f"%%time\n{magic}"))


def test_a_notebook_whose_cells_have_no_ids_is_read_without_a_warning(tmp_path):
    path, node = tmp_path / "a.ipynb", new_notebook(cells=[new_code_cell("1")])
    del node.cells[0]["id"]
    path.write_text(json.dumps(node))
    assert notebook.percent(converted(path)[0]).endswith("# %%\n1\n")


def test_a_title_behind_code_comes_to_the_front_and_one_that_lacks_is_the_name(tmp_path):
    code, heading = new_code_cell("1"), "# %% [markdown]\n# # "
    titled = percent(tmp_path, code, new_markdown_cell("# Waves\n\nThey go."))
    assert titled == f"{heading}Waves\n\n# %%\n1\n\n# %% [markdown]\n# They go.\n"
    alone = percent(tmp_path, code, new_markdown_cell("# Waves in C# #"))
    assert alone == f"{heading}Waves in C#\n\n# %%\n1\n"
    first = percent(tmp_path, new_markdown_cell("# A"), code, new_markdown_cell("# B"))
    assert first == f"{heading}A\n\n# %%\n1\n\n# %% [markdown]\n# # B\n"
    labelled = percent(tmp_path, new_markdown_cell("(a)=\n\nWaves\n=====\n\n```\n# no\n```"), code)
    assert labelled.startswith(f"{heading}Waves\n\n# %% [markdown]\n# (a)=\n#\n#\n# ```\n# # no")
    named = percent(tmp_path, new_markdown_cell("## Part\n\n```\n# no\n```"), code)
    assert named.startswith(f"{heading}My first notebook\n\n# %% [markdown]\n# ## Part\n")


def test_a_title_raw_cells_and_metadata_are_seen_to(tmp_path):
    cell = new_code_cell(
        "1 / 0", metadata={"tags": ["raises-exception", "recap"], "id": "x", "jp": {"a": 1}}
    )
    cell.outputs = [
        new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=[])
    ]
    text = percent(
        tmp_path,
        new_raw_cell("---\na: b\n---"),
        cell,
        kernelspec={"name": "x", "display_name": "y"},
    )
    assert text.startswith("# %% [markdown]\n# # My first notebook\n")
    assert text.count("# %%") == 2
    assert 'raises="ZeroDivisionError"' in text
    assert "raises-exception" not in text
    assert "jp" not in text


def test_tags_of_other_tools_become_ours_and_what_should_not_run_a_fence(tmp_path):
    cells = [
        new_code_cell("1", metadata={"tags": tags})
        for tags in (["hide-input", "x"], ["remove-cell"], ["y"])
    ]
    text = percent(tmp_path, *cells, new_code_cell("!ls", metadata={"tags": ["skip-execution"]}))
    assert [line for line in text.splitlines() if line.startswith("# %%")] == [
        "# %% [markdown]",
        '# %% tags=["recap"]',
        '# %% tags=["hidden"]',
        "# %%",
        "# %% [markdown]",
    ]
    assert "# ```python\n# !ls\n# ```" in text


@pytest.mark.parametrize(
    "content", ["", "{}", "[1]", '{"cells": 1}', "\xff", json.dumps({"nbformat": 4, "cells": []})]
)
def test_what_is_no_notebook_is_told_in_a_sentence(project, content):
    path = project.root / "a.ipynb"
    path.write_bytes(content.encode("latin-1"))
    result = call("add", "a.ipynb", "part/tiny")
    assert result.exit_code != 0
    assert (
        "is not a notebook that Jupyter could read" in result.stderr
        or "has no code cell" in result.output
    )
    assert not isinstance(result.exception, (KeyError, AttributeError, TypeError, ValueError))


REFUSED = {
    "is written in R; tutorials are in Python.": ([new_code_cell("1")], {"language": "R"}),
    "has no code cell; a page of prose belongs under docs.": ([new_markdown_cell("# A")], {}),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_notebook_that_no_page_can_be_made_of_leaves_nothing_behind(project, reason):
    set_nav(project, "nav:\n  - index.md\n")
    cells, kernel = REFUSED[reason]
    kernel = {"kernelspec": {"name": "x", "display_name": "x", **kernel}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), project.root / "a.ipynb")
    before = (project.root / "mkdocs.yml").read_text()
    result = call("add", "a.ipynb", "part/tiny")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(f"a.ipynb {reason}\n")
    assert [*(project.root / "tutorials").iterdir()] == []
    assert (project.root / "mkdocs.yml").read_text() == before


def test_what_is_before_a_figure_is_a_draft_of_its_description(tmp_path):
    def drawing(number: int):
        cell = new_code_cell("plot()")
        picture = base64.b64encode(PNG).decode()
        cell.outputs = [new_output("display_data", {"image/png": picture})] * number
        return cell

    prose = new_markdown_cell('# T\n\nIt *was* 1.5. It "falls"\nas [they](a.b) said:')
    text = percent(tmp_path, prose, drawing(1), new_markdown_cell("## So `far`"), drawing(2))
    assert [line for line in text.splitlines() if "alt" in line] == [
        r'# %% alt="DRAFT: It \"falls\" as they said"',
        '# %% alt=["DRAFT: So far", "DRAFT: So far"]',
    ]
    assert 'alt="DRAFT: My first notebook"' in percent(tmp_path, drawing(1))


def test_slides_and_widgets_are_left_out_and_said(tmp_path):
    cell = new_code_cell("1", metadata={"slideshow": {"slide_type": "slide"}})
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}, "text/plain": "W()"}
    cell.outputs = [new_output("display_data", widget)]
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "a.ipynb")
    said = "1 mark of a slide and 1 widget (pages do not answer to readers)"
    assert converted(tmp_path / "a.ipynb")[2] == said


@pytest.mark.slow
def test_a_notebook_becomes_a_page_and_what_is_left_is_said(project):
    set_nav(project, "nav:\n  - index.md\n")
    cells = [
        new_markdown_cell("# Title\n\n[Below](#My-Part), [beside](other.ipynb)\n\n## My Part"),
        new_code_cell("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1]);"),
    ]
    nbformat.write(new_notebook(cells=cells), project.root / "a.ipynb")
    result = call("add", "a.ipynb", "part/tiny")
    assert result.exit_code == 1
    assert result.stdout.startswith("tutorials/part/tiny.py\nmkdocs.yml:10\n")
    assert [
        line.partition(": ")[2].partition(";")[0] for line in result.stdout.splitlines()[2:]
    ] == [
        "other.ipynb leads nowhere: there is no tutorials/part/other.ipynb.",
        "`DRAFT:`: this is a draft",
    ]
    page = project.root / "tutorials/part/tiny.py"
    assert 'alt="DRAFT: My Part"' in page.read_text()
    nbformat.write(new_notebook(cells=[*cells, new_code_cell("1 / 0")]), project.root / "b.ipynb")
    assert "ZeroDivisionError" in call("add", "b.ipynb", "part/failing").stdout
    assert 'alt="DRAFT: My Part"' in page.with_name("failing.py").read_text()


def test_pasted_pictures_lie_beside_the_page_and_what_is_left_out_is_said(project):
    set_nav(project, "nav:\n  - index.md\n")
    picture = base64.b64encode(PNG).decode()
    cell = new_markdown_cell("# T\n\n![a](attachment:my%20image.png) ![b](attachment:b.png)")
    cell.attachments = {
        "my image.png": {"image/png": picture},
        "b.png": {"image/webp": picture},
    }
    cells = [cell, new_raw_cell("a"), new_code_cell("print(1)"), new_raw_cell("b")]
    nbformat.write(new_notebook(cells=cells), project.root / "a.ipynb")
    result = call("add", "a.ipynb", "part/tiny")
    assert (project.root / "tutorials/part/tiny-1.png").read_bytes() == PNG
    assert "![a](tiny-1.png)" in (project.root / "tutorials/part/tiny.py").read_text()
    lost = "2 cells of raw text and 1 attachment (b.png: no PNG, JPEG or GIF)"
    assert "tutorials/part/tiny-1.png\n" in result.stdout
    assert f"Left out: {lost}.\n" in result.stdout
    (told,) = (
        line for line in result.stdout.splitlines() if line.startswith("tutorials/part/tiny.py:")
    )
    assert "attachment:b.png" in told


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
