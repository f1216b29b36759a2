from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from publishing.load import load
from publishing.run.notebook import Run
from publishing.run.record import Record, Store
from publishing.tools.cli import main

PAGE = """
# %% [markdown]
# See [that](other.py#end), [the list](../../docs/list.md) and ![a dot](a%20dot.png).
# <a href="../other/">That</a>, [above](#page).

# %%
open("data.csv")

# %% exercise="one"
### BEGIN SOLUTION
x = 1
### END SOLUTION

# %% check="one"
assert x == 1
"""
NAV = """
nav:
  - index.md
  - Part: # the first
      - Title: tutorials/part/page.ipynb # why
  - Rest:
      - tutorials/rest/last.ipynb
      - tutorials/part/other.ipynb
"""
LINKS = "[a](page.py#x) and `page.py`, [b](page.ipynb), [c](pages.py), [d](https://x.test/page.py)"


def call(*arguments: str):
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def course(project):
    """Pages of which one has an answer, data, a picture and a record; `other` links to it."""
    page = project.tutorial("part/page", PAGE)
    project.tutorial("part/other", f"# %% [markdown]\n# {LINKS}\n\n# %%\nx = 1  # page.py\n")
    project.tutorial("rest/last", "# %%\nprint('kept.csv')\n")
    for name in ("data.csv", "a dot.png", "kept.csv"):
        (page.parent / name).write_text(name)
    (project.root / "docs/list.md").write_text(
        '[a](tutorials/part/page.ipynb#x) <a href="../tutorials/part/page/">b</a>\n'
        "<!-- build: hours part part/page -->\n"
    )
    project.answers = project.root / "tests/answers"
    project.answers.mkdir(parents=True)
    for name in ("one", "two"):
        (project.answers / f"{name}.py").write_text("# %% right\nx = 1\n")
    config = project.root / "mkdocs.yml"
    config.write_text(config.read_text().replace("workers", "look_up: [], workers") + NAV)
    (lesson,) = load(project.settings, ["part/page"])
    run = Run([[]] * 3, [1.0] * 3, {"platform": "cpu", "kind": "cpu"}, {}, [])
    project.record = Store(project.settings.records).keep(Record("part/page", lesson.key, run))
    return project


def contents(project) -> dict[str, str]:
    files = (path for path in project.root.rglob("*") if path.is_file())
    kept = (path for path in files if "kept" not in path.parts and path.suffix != ".json")
    return {path.relative_to(project.root).as_posix(): path.read_text() for path in kept}


def text(project, name: str) -> str:
    return (project.root / name).read_text()


def without_links(project) -> None:
    (project.root / "docs/list.md").unlink()
    project.tutorial("part/other", "# %%\nx = 1\n")


def test_remove_deletes_a_page_and_what_is_of_it_alone(course):
    without_links(course)
    before = contents(course)
    result = call("remove", "part/page")
    assert result.exit_code == 0, result.output
    gone = ["tutorials/part/page.py", "tests/answers/one.py"]
    gone += ["tutorials/part/a dot.png", "tutorials/part/data.csv"]
    record = course.record.relative_to(course.root).as_posix()
    nav = "mkdocs.yml: Title: tutorials/part/page.ipynb # why"
    assert result.stdout.splitlines() == [*gone, record, nav]
    assert not course.record.exists()
    after = contents(course)
    assert after.keys() == before.keys() - {*gone}
    rest = NAV[NAV.index("  - Rest") :]
    assert after["mkdocs.yml"].endswith(f"\nnav:\n  - index.md\n{rest}")


def test_remove_deletes_no_file_that_another_page_names(course):
    without_links(course)
    course.tutorial("rest/last", "# %%\nprint('data.csv')\n")
    assert "data.csv" not in call("remove", "part/page").stdout
    assert (course.root / "tutorials/part/data.csv").exists()


def test_remove_changes_nothing_while_something_names_the_page(course):
    config = course.root / "mkdocs.yml"
    config.write_text(config.read_text().replace("{ look_up: []", "{ rules: {\n  part/page: {}\n}"))
    before = contents(course)
    result = call("remove", "tutorials/part/page.py")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f"{place} names part/page; take that out first."
        for place in ("tutorials/part/other.py:5:", "docs/list.md:1:", "docs/list.md:2:")
    ] + ["mkdocs.yml:6: names part/page; take that out first."]
    assert contents(course) == before
    assert course.record.exists()


def test_rename_within_a_part_changes_the_name_everywhere(course):
    result = call("rename", "part/page", "part/new-page")
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("part/new-page keeps its record.\n")
    assert "tutorials/part/page.py is now tutorials/part/new-page.py\n" in result.stdout
    links = LINKS.replace("(page.", "(new-page.")
    assert f"# {links}\n\n# %%\nx = 1  # page.py" in text(course, "tutorials/part/other.py")
    assert text(course, "docs/list.md") == (
        '[a](tutorials/part/new-page.ipynb#x) <a href="../tutorials/part/new-page/">b</a>\n'
        "<!-- build: hours part part/new-page -->\n"
    )
    assert text(course, "mkdocs.yml").endswith(NAV.replace("part/page", "part/new-page"))
    assert PAGE.lstrip() in text(course, "tutorials/part/new-page.py")
    (lesson,) = load(course.settings, ["part/new-page"])
    assert lesson.record.tutorial == "part/new-page"


def test_rename_changes_the_options_that_name_the_page(course):
    config = course.root / "mkdocs.yml"
    rules = "look_up: [part/page], rules: { part/page: {} }"
    config.write_text(config.read_text().replace("look_up: []", rules))
    assert call("rename", "part/page", "part/new").exit_code == 0
    new = text(course, "mkdocs.yml")
    assert "look_up: [part/new], rules: { part/new: {} }" in new
    assert "part/page" not in new


def test_rename_to_another_part_takes_the_files_along_and_mends_its_own_links(course):
    result = call("rename", "part/page", "rest/page")
    assert result.exit_code == 0, result.output
    page = text(course, "tutorials/rest/page.py")
    assert (
        "[that](../part/other.py#end), [the list](../../docs/list.md) and ![a dot](a%20dot.png)"
        in page
    )
    assert '<a href="../../part/other/">That</a>, [above](#page)' in page
    assert "[a](../rest/page.py#x) and `page.py`, [b](../rest/page.ipynb)" in text(
        course, "tutorials/part/other.py"
    )
    assert {path.name for path in (course.root / "tutorials/rest").iterdir()} == {
        "a dot.png",
        "data.csv",
        "last.py",
        "page.py",
    }
    assert yaml.safe_load(text(course, "mkdocs.yml"))["nav"] == [
        "index.md",
        {
            "Rest": [
                "tutorials/rest/last.ipynb",
                {"Title": "tutorials/rest/page.ipynb"},
                "tutorials/part/other.ipynb",
            ]
        },
    ]
    (lesson,) = load(course.settings, ["rest/page"])
    assert lesson.record.tutorial == "rest/page"


REFUSED = {
    "part/other": "there is tutorials/part/other.py already",
    "part/OTHER": "there is tutorials/part/other.py already",
    "rest/ page": "write part/name, with letters",
    "rest/new": "reads data.csv, which another page names, too; keep it in its folder.",
}


@pytest.mark.parametrize("name", REFUSED)
def test_rename_changes_nothing_where_it_is_refused(course, name):
    course.tutorial("rest/last", "# %%\nprint('data.csv')\n")
    before = contents(course)
    result = call("rename", "part/page", name)
    assert result.exit_code != 0
    assert REFUSED[name] in result.stderr
    assert contents(course) == before


def test_a_page_whose_nav_has_no_lines_of_its_own_stays(course):
    without_links(course)
    config = course.root / "mkdocs.yml"
    config.write_text(
        config.read_text().replace(NAV, "nav: [index.md, tutorials/part/page.ipynb]\n")
    )
    for arguments in (["remove", "part/page"], ["rename", "part/page", "rest/page"]):
        said = call(*arguments).stderr
        assert said.startswith("mkdocs.yml:7: names tutorials/part/page.ipynb not on a line of")
        assert Path("tutorials/part/page.py").exists()
