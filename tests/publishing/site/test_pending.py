"""A tutorial that has yet to run has a page of prose and code, and every list says so."""

from dataclasses import replace

import pytest

from publishing.build import make
from publishing.run.record import Record
from publishing.settings import Site
from publishing.site.indexes import exercises, facts
from publishing.site.report import table

CELLS = """
# The sum is {{ total }}.

# %% alt="a line"
draw()

# %% tags=["frames"] alt="lines"
animate()

# %% [markdown]
# What does it print?

# %% tags=["predict"]
print(total)

# %% raises="TypeError"
total + ""

# %% [markdown]
# ## Exercise: a sum

# %% exercise="sum" kind="build" minutes="5"
### BEGIN SOLUTION
total = 3
### END SOLUTION

# %% check="sum"
print(total == 3)
"""


def blank(lesson, name: str = "part/page"):
    """A tutorial of these cells that has yet to run."""
    ran = lesson(CELLS, name=name)
    key = replace(ran.key, code=("",) * len(ran.solved.code), expressions=("",))
    return replace(ran, record=Record.blank(name, key))


@pytest.fixture
def made(lesson, routes):
    """What the build makes of the tutorial."""
    return make(blank(lesson), routes)


def test_the_page_has_prose_and_code_and_says_below_its_title_that_it_has_not_run(made):
    _, title, rest = made.markdown.partition("# part/page\n")
    box = (
        '<div class="admonition pending" data-pending="part/page"><p>It has not run yet.</p></div>'
    )
    assert title
    assert rest.lstrip().startswith(box)
    parts = [
        "The sum is &#8230;" if "&#8230;" in rest else "The sum is …",
        "draw",
        "animate",
        "Solution",
    ]
    assert sorted(parts, key=rest.index) == parts


def test_it_says_so_where_outputs_will_be_and_where_there_may_be_none_nothing(made):
    place = '<div class="output" data-pending="part/page"><p>It has not run yet.</p></div>'
    before = [part.rsplit("<code>", 1)[-1] for part in made.markdown.split(place)[:-1]]
    named = ("draw", "animate", "print", "total")
    assert [name for code, name in zip(before, named, strict=False) if name in code] == [*named]
    assert len(before) == len(named) + 1  # and the check, whose code is not shown
    assert "total" in made.markdown.split("Solution", 1)[1].split(place)[0]


def test_it_shows_no_output_and_leads_to_no_file_that_is_not_there(made):
    assert made.downloads == {}
    assert [*made.figures] == ["cover.svg"]
    for absent in (
        "download",
        "record.json",
        'class="output error',
        "<figure",
        "Every output",
        "slowest",
    ):
        assert absent not in made.markdown
    assert "Write your answer in the exercise notebook" in made.markdown


def test_no_rule_on_outputs_is_asked_of_it(lesson, routes):
    site = replace(routes.site, rules={"all": {"has": ["figure"], "figure_text": 9}})
    assert make(blank(lesson), replace(routes, site=site)).warnings == []


def test_lists_and_the_report_name_it_without_a_download_or_a_time(lesson, project):
    tutorials = [blank(lesson), lesson(CELLS, values=["3"], name="part/other", jax="0.12")]
    link = "to/{}.ipynb".format
    before, after = exercises(tutorials, "snippets", link).splitlines()[2:]
    assert before.endswith("| notebook |")
    assert after.endswith("| [notebook](to/part/other/other.ipynb) |")
    site = replace(Site(), labels={"jax": "JAX"})
    assert facts(tutorials, site).endswith("last run on 2026-11-25 with JAX 0.12, Python 3.13.")
    assert facts(tutorials[:1], site) == "1 tutorial, 1 exercise; none of them has run yet."
    report = table(tutorials, link)
    assert "This build ran 0 of them and kept 1 record of earlier runs; 1 yet to run." in report
    assert "| [part/page](to/part/page.ipynb) | pending |  |  | 0.0 s |  | 6 | 1 | 1 |" in report
