import gzip
import json
import re
from pathlib import Path

import pytest
from nbformat.v4 import new_output

from publishing.building import Job
from publishing.execution import Run
from publishing.keys import Key
from publishing.records import Record
from publishing.report import complete, row, table
from publishing.routes import REPORT
from publishing.tutorial import read_tutorial
from publishing.variants import solved
from publishing.versions import Outcome

CELLS = """
# %%
a = 1

# %% [markdown]
# ## The [second](other.py#x) `part`
#
# ```python
# # no heading
# ```

# %% alt="a line"
b = 2

# %% exercise="it" tags=["hidden"]
### BEGIN SOLUTION
c = 3
### END SOLUTION

# %% check="it"
assert c == 3
"""
DRAWN = new_output("display_data", {"image/png": ""})


@pytest.fixture
def ran(project):
    """A job whose four cells took these seconds; the second of them drew a figure, the hidden third as well."""

    def make(*seconds: float, name: str = "jax/page", title: str = "", new: bool = False) -> Job:
        path = project.tutorial(name, CELLS)
        if title:
            path.write_text(path.read_text().replace(f"# # {name}", f"# # {title}"))
        variant = solved(read_tutorial(path, name), project.settings.snippets)
        key = Key((), "3.13", {"jax": "0.12"}, "")
        run = Run([[], [DRAWN], [DRAWN], []], list(seconds), {"platform": "gpu", "kind": "NVIDIA H100"}, {})
        return Job(variant, variant, key, Record(name, key, run, "2026-11-25T04:03:20+00:00"), new)

    return make


def link(name: str) -> str:
    return f"to/{name}.ipynb"


def test_a_row_is_taken_from_the_record_and_counts_what_the_page_shows(ran):
    found = row(ran(0.5, 2.0, 0.25, 1.0))
    assert (found.device, found.executed_at, found.seconds) == ("NVIDIA H100", "2026-11-25T04:03:20+00:00", 3.75)
    assert (found.cells, found.exercises, found.figures) == (4, 1, 1)
    assert (found.python, found.versions) == ("3.13", {"jax": "0.12"})


def test_a_row_tells_a_record_that_this_build_made_from_one_that_it_kept(ran):
    assert [row(ran(1, 1, 1, 1, new=new)).state for new in (True, False)] == ["run", "kept"]


def test_the_slowest_cell_is_named_by_its_id_and_the_heading_above_it_that_is_not_in_code(ran):
    slowest = row(ran(0.5, 2.0, 0.25, 1.0)).slowest
    assert (slowest.id, slowest.seconds, slowest.heading) == ("page-3", 2.0, "The second `part`")
    assert row(ran(3, 2, 1, 1, title="The *title*")).slowest.heading == "The *title*"


def test_the_slowest_cell_is_linked_where_the_page_shows_it(ran):
    assert "[2.0 s](to/jax/page.ipynb#slowest)" in table([ran(0.5, 2.0, 0.25, 1.0)], link)
    assert "[2.0 s](to/jax/page.ipynb)" in table([ran(0.5, 0.2, 2.0, 1.0)], link)


def test_the_table_has_a_line_for_each_tutorial_in_their_order_and_as_many_cells_as_its_head(ran):
    jobs = [ran(1, 1, 1, 1, name="jax/b", title="a | b"), ran(2, 1, 1, 1, name="jax/a", new=True)]
    made = table(jobs, link)
    lines = [line for line in made.splitlines() if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1
    assert [re.search(r"\(to/(.*?)\.ipynb\)", line)[1] for line in lines[2:]] == ["jax/b", "jax/a"]
    assert made.startswith("2 tutorials took 9 s together. This build ran 1 of them and kept 1 records")


def test_the_bars_are_in_proportion_and_a_screen_reader_hears_one_sentence(ran):
    jobs = [ran(4, 2, 1, 1, name="jax/b", title="`x` < y"), ran(1, 1, 1, 1, name="jax/a", title='"Brief"')]
    chart = re.search(r"<div.*</div>", table(jobs, link), re.DOTALL)[0]
    assert re.findall(r"width:(.*?)%", chart) == ["50.0", "50.0", "12.5", "37.5"]
    assert "<span>x &lt; y</span>" in chart
    assert (
        "x &lt; y took longest, 8.0 s, and &quot;Brief&quot; least, 4.0 s" in re.search('aria-label="(.*?)"', chart)[1]
    )
    assert not re.search("<(a|button)|tabindex", chart)


def test_cells_that_took_no_time_make_no_bar(ran):
    assert re.findall(r"width:(.*?)%", table([ran(0, 0, 0, 0)], link)) == ["0.0", "0.0"]


def test_a_site_without_tutorials_says_so():
    assert table([], link) == "There are no tutorials yet."


def write(site: Path, name: str, content: str) -> Path:
    path = site / name / "index.html"
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")
    return path


def test_the_report_learns_the_size_of_each_page_as_it_is_sent_and_offers_all_as_json(ran, tmp_path):
    jobs = [ran(1, 2, 1, 1), ran(1, 1, 1, 3, name="jax/other")]
    site = tmp_path / "site"
    sizes = {
        job.name: len(gzip.compress(write(site, f"tutorials/{job.name}", job.name * n).read_bytes()))
        for n, job in enumerate(jobs, 300)
    }
    page = write(site, Path(REPORT).stem, table(jobs, link))
    complete(site, jobs, {"pinned": Outcome("2026-11-25", "3.13", {}, {"jax/page": True}), "newest": None})
    assert "data-size" not in page.read_text()
    assert all(f"| {size / 1000:.1f} kB |" in page.read_text() for size in sizes.values())
    content = json.loads((page.parent / "report.json").read_text())
    assert {entry["tutorial"]: entry["page_bytes"] for entry in content["tutorials"]} == sizes
    assert content["tutorials"][1]["slowest"]["id"] == "other-5"
    assert content["versions"]["pinned"]["passed"] == {"jax/page": True}
    assert content["versions"]["newest"] is None


def test_a_site_without_a_report_is_left_as_it_is(ran, tmp_path):
    complete(tmp_path / "site", [ran(1, 1, 1, 1)], {})
    assert not (tmp_path / "site").exists()
