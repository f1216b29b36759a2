import json
import re
from pathlib import Path

import pytest
import yaml
from nbformat.v4 import new_output

from publishing.read.diagnostic import SourceError
from publishing.settings import Site
from publishing.site.links import Routes
from publishing.site.report import RUNS, outcomes, table, versions

ROOT = Path(__file__).parents[3]
CELLS = """
# %%
a = 1

# %% [markdown]
# ## The [second](other.py#x) `a|b`
#
# ```python
# # no heading
# ```

# %% alt="a line"
b = 2

# %% tags=["hidden"]
assert b == 2

# %% exercise="it"
### BEGIN SOLUTION
c = 3
### END SOLUTION

# %% check="it"
assert c == 3
"""
DRAWN = [new_output("display_data", {"image/png": ""})]


@pytest.fixture
def ran(lesson):
    """A tutorial whose five cells took these seconds; the second and the hidden third drew."""

    def make(*seconds: float, name: str = "part/page", **options):
        return lesson(CELLS, {1: DRAWN, 2: DRAWN}, name=name, seconds=list(seconds), **options)

    return make


def link(name: str) -> str:
    return f"to/{name}.ipynb"


def test_a_row_is_taken_from_the_record_and_counts_what_the_page_shows(ran):
    lesson = ran(0.5, 2.0, 0.25, 1.0, 1.0, device="NVIDIA H100", jax="0.12")
    slowest = "[2.0 s](to/part/page.ipynb#slowest), The second `a\\|b`"
    of_run = f"kept | NVIDIA H100 | 2026-11-25 04:03 | 4.8 s | {slowest}"
    assert table([lesson], link).splitlines()[-1] == (
        f"| [part/page](to/part/page.ipynb) | {of_run} | 5 | 1 | 1 |"
    )


def test_a_row_tells_a_record_that_this_build_made_from_one_that_it_kept(ran):
    assert "| run | cpu |" in table([ran(1, 1, 1, 1, 1, new=True)], link)


def test_the_slowest_cell_is_linked_where_the_page_shows_it(ran):
    assert "[2.0 s](to/part/page.ipynb#slowest), The second `a\\|b` |" in table(
        [ran(0.5, 2.0, 0.1, 1.0, 1.0)], link
    )
    assert "[2.0 s](to/part/page.ipynb), The second" in table([ran(0.5, 0.2, 2.0, 1.0, 1.0)], link)
    assert "[2.0 s](to/part/page.ipynb#slowest), part/page |" in table(
        [ran(2.0, 0.2, 0.1, 1.0, 1.0)], link
    )


def test_the_table_has_a_line_for_each_tutorial_in_their_order_and_as_many_cells_as_its_head(ran):
    first, second = ran(1, 1, 1, 1, 1, name="part/b"), ran(2, 1, 1, 1, 1, name="part/a", new=True)
    markdown = table([first, second], link)
    lines = [line for line in markdown.splitlines() if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1
    assert [line.partition("](")[0] for line in lines[2:]] == ["| [part/b", "| [part/a"]
    assert markdown.startswith(
        "2 tutorials took 11 s together. This build ran 1 of them and kept 1 record of "
        "earlier runs."
    )
    assert table([first], link).startswith(
        "1 tutorial took 5 s together. This build ran 0 of them and kept 1 record "
    )


def test_what_a_device_is_called_is_text_in_the_table(ran):
    assert "| kept | A&lt;100&gt; |" in table([ran(1, 1, 1, 1, 1, device="A<100>")], link)


def test_a_site_without_tutorials_says_so():
    assert table([], link) == "There are no tutorials yet."


@pytest.fixture
def runs(project, ran):
    """Tutorials, and the routes to what a run with the newest versions left."""
    project.settings.versions.mkdir(parents=True)
    rows = [
        {
            "tutorial": "part/a",
            "state": "ran",
            "executed_at": "2026-11-24T04:00:00+00:00",
            "versions": {"jax": "0.12"},
        },
        {"tutorial": "part/b", "state": "to run", "versions": {"dm-haiku": "0.0.17"}},
    ]
    write(project.settings.versions / "newest.json", {"python": "3.12", "tutorials": rows})
    routes = Routes(
        project.settings, Site(labels={"jax": "JAX", "dm-haiku": "Haiku", "numpy": "NumPy"})
    )
    return [ran(name=f"part/{letter}") for letter in "abc"], routes


def write(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")


def test_the_runs_with_several_versions_are_read_from_what_they_left(runs):
    assert outcomes(runs[1].settings.versions) == {
        "pinned": None,
        "newest": {
            "day": "2026-11-24",
            "python": "3.12",
            "packages": {"jax": "0.12", "dm-haiku": "0.0.17"},
            "passed": {"part/a": True, "part/b": False},
        },
        "lowest": None,
    }


def test_the_table_of_versions_says_in_words_what_passes_under_the_versions_and_the_day_of_the_run(
    runs,
):
    assert versions(runs[0], link, runs[1]).splitlines() == [
        (
            "| Tutorial | pinned | newest<br>JAX 0.12<br>Haiku 0.0.17<br>Python 3.12<br>"
            "2026-11-24 | lowest |"
        ),
        "| --- | --- | --- | --- |",
        "| [part/a](to/part/a.ipynb) | no result | ✓ passes | no result |",
        "| [part/b](to/part/b.ipynb) | no result | ✗ fails | no result |",
        "| [part/c](to/part/c.ipynb) | no result | not in this run | no result |",
    ]


def test_a_run_in_which_nothing_passed_has_no_day(runs):
    lessons, routes = runs
    rows = [{"tutorial": "part/b", "state": "to run", "versions": {}}]
    write(routes.settings.versions / "pinned.json", {"python": "3.12", "tutorials": rows})
    assert "pinned<br>Python 3.12<br>nothing ran" in versions(lessons, link, routes)


def test_without_any_run_the_table_is_a_sentence(project):
    assert outcomes(project.settings.versions) == dict.fromkeys(RUNS)
    assert versions([], link, Routes(project.settings, Site())).startswith("There is no")


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"python": "3", "tutorials": [{}]}', '{"tutorials": 1}', "\xff"]
)
def test_a_file_that_the_command_did_not_write_is_an_error_that_names_it(project, content):
    (project.root / "pinned.json").write_text(content, encoding="latin-1")
    with pytest.raises(
        SourceError, match=r"^pinned.json:1: is not what `tutorials list --json` writes"
    ):
        outcomes(project.root)


def test_the_runs_are_those_of_the_workflow():
    workflow = yaml.safe_load((ROOT / ".github/workflows/versions.yml").read_text())
    matrix = workflow["jobs"]["run"]["strategy"]["matrix"]["include"]
    assert tuple(entry["versions"] for entry in matrix) == RUNS
