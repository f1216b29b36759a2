import re
from pathlib import Path

import pytest
from nbformat.v4 import new_output

from publishing.load import load
from publishing.read.diagnostic import SourceError
from publishing.settings import Site
from publishing.site.definitions import names_to_define
from publishing.site.indexes import (
    exercises,
    facts,
    fill,
    hours,
    modules,
    names,
    progress,
    reference,
)
from publishing.site.links import Routes

ROOT = Path(__file__).parents[3]
EXERCISE = """
# %% exercise="it"{more}
### BEGIN SOLUTION
a = 1
### END SOLUTION

# %% check="it"
print(a < 2)
"""
LAYERS = """
import jax.numpy as jnp

WIDTH = 3


def layer(x):
    return _scaled(x)


def network(x):
    return layer(layer(x))


class Model:
    size = WIDTH


def _scaled(x):
    return WIDTH * x
"""


def filled(project, markdown: str) -> str:
    path = project.root / "docs/page.md"
    path.write_text(markdown, encoding="utf-8")
    routes = Routes(project.settings, Site(project.root / "docs"))
    return fill(markdown.removeprefix("---\nhide: toc\n---\n"), "page.md", [], {}, routes)


def test_a_placeholder_is_replaced_by_what_it_names(project):
    project.snippet("values", "def one():\n    return 1\n")
    page = filled(project, "Before.\n\n<!-- build: reference -->\n\nAfter.\n")
    assert page.startswith("Before.\n\n::: snippets.values\n")
    assert page.endswith("\n\nAfter.\n")


@pytest.mark.parametrize(
    "comment", ["<!-- build: excercises -->", "<!--build: all-->", "  <!-- build -->"]
)
def test_an_unknown_placeholder_is_an_error_that_names_the_line_and_those_that_there_are(
    project, comment
):
    with pytest.raises(SourceError) as error:
        filled(project, f"---\nhide: toc\n---\n# Page\n\n{comment}\n")
    (diagnostic,) = error.value.diagnostics
    assert (diagnostic.path.name, diagnostic.number) == ("page.md", 6)
    for known in ("exercises", "reference", "report", "versions"):
        assert f"`<!-- build: {known} -->`" in diagnostic.message


@pytest.mark.parametrize(
    "markdown",
    [
        "```\n<!-- build: other -->\n```",
        "A line `<!-- build: other -->` in a sentence.",
        "<!-- a comment on the build -->",
        "<!-- builders: none -->",
    ],
)
def test_code_and_comments_stay_as_they_are(project, markdown):
    assert filled(project, markdown) == markdown


SAYS = {2: [new_output("stream", text="Good.")]}


def rows(*lessons) -> list[str]:
    return exercises(lessons, "snippets", lambda name: f"to/{name}.ipynb").splitlines()[2:]


def test_a_row_of_the_table_names_the_exercise_what_one_defines_and_where(lesson):
    heading = "# %% [markdown]\n# ## Exercise: do *it*\n\n# %% [markdown]\n# Words.\n"
    more = (
        EXERCISE.format(more=' kind="repair" minutes="10"')
        .replace("a = 1", "a = b, _c = 1, 2\n\n\ndef f():\n    d = 1")
        .replace("a < 2", "a, b, f")
    )
    (row,) = rows(lesson(heading.removeprefix("# %% [markdown]\n") + more, {1: SAYS[2]}))
    page = "to/part/page.ipynb"
    link, notebook = f"[Do *it*]({page}#exercise-it)", "[notebook](to/part/page/page.ipynb)"
    title = row.split(" | ")[5]
    assert row == f"| 1 | {link} | `a`, `b`, `f` | repair | 10 | {title} | {notebook} |"
    assert title.endswith(f"]({page})")


def test_an_exercise_without_heading_kind_and_minutes_has_its_id_and_empty_places(lesson):
    (row,) = rows(lesson(EXERCISE.format(more=""), {1: SAYS[2]}))
    assert row.startswith("| 1 | [")
    assert "#exercise-it) | `a` |  |  | [" in row


def test_what_a_solution_takes_from_snippets_is_defined_and_what_it_imports_elsewhere_is_not(
    project, lesson
):
    project.snippet("values", "def one():\n    return 1\n")
    solution = "from functools import partial\nfrom snippets.values import one"
    (row,) = rows(
        lesson(
            EXERCISE.format(more="").replace("a = 1", solution).replace("a < 2", "one()"),
            {1: SAYS[2]},
        )
    )
    assert " | `one` | " in row


@pytest.fixture
def entries(project):
    """The reference of the snippets, with what each entry is shown in."""
    project.snippet("layers", LAYERS)
    project.tutorial("a", "# %%\nfrom snippets.layers import network\n")
    project.tutorial("b", "# %%\nfrom snippets.layers import layer\n")

    def find() -> dict[str, str]:
        markdown = reference(
            load(project.settings), project.settings.snippets, lambda name: f"../{name}.ipynb"
        )
        return dict(
            re.findall(r"^::: snippets\.layers\.(\w+)\n(?:\n(?!:::)(.*))?$", markdown, re.MULTILINE)
        )

    return find


def test_public_functions_and_classes_have_entries_that_link_the_tutorials_which_carry_them(
    entries,
):
    assert entries() == {
        "layer": "Shown in: [a](../a.ipynb), [b](../b.ipynb).",
        "network": "Shown in: [a](../a.ipynb).",
        "Model": "",
    }


def test_a_solution_taken_from_a_snippet_shows_it(entries, project):
    solution = "### BEGIN SOLUTION\nfrom snippets.layers import Model\n### END SOLUTION"
    project.tutorial(
        "c", f'# %% exercise="model"\n{solution}\n\n# %% check="model"\nprint(Model.size)\n'
    )
    assert entries()["Model"] == "Shown in: [c](../c.ipynb)."


def test_a_hidden_cell_or_code_that_only_looks_like_a_snippet_does_not_show_it(entries, project):
    project.tutorial("c", '# %% tags=["hidden"]\nfrom snippets.layers import Model\n')
    project.tutorial("d", "# %%\nclass Model:\n    size = WIDTH\n")
    assert entries()["Model"] == ""


def test_a_new_module_appears_without_an_edit_and_a_private_one_does_not(project):
    project.snippet("deep/losses", "def loss(x):\n    return x\n")
    project.snippet("_drafts", "def draft(x):\n    return x\n")
    assert [name for name, _ in modules(project.settings.snippets)] == ["snippets.deep.losses"]
    assert "::: snippets.deep.losses.loss\n" in reference([], project.settings.snippets, str)
    assert "snippets.deep" not in reference([], project.settings.snippets, str, ".")
    assert "::: snippets.deep.losses.loss\n" in (
        deep := reference([], project.settings.snippets, str, "deep")
    )
    assert deep.count("options:") == 1


def test_a_module_that_cannot_be_read_is_an_error_at_its_line(project):
    project.snippet("broken", "def f(x:\n    return x\n")
    with pytest.raises(SourceError, match=r"broken.py:1: SyntaxError"):
        reference([], project.settings.snippets, str)


NAMED = """
# %%
import numpy as np
import json

# %% [markdown]
# ## Sums
#
# ```python
# # no heading
# ```

# %%
np.sum(np.ones(2))
json.dumps(1)

# %% [markdown]
# ## More

# %%
np.sum([1])
np.prod([2])

# %% tags=["hidden"]
np.max([1])
"""


def test_the_table_of_names_says_where_each_was_used_first_and_on_which_other_pages(
    lesson, project
):
    documentation = {"numpy": "https://numpy.test/{}", "json": "https://python.test/{}"}
    routes = Routes(project.settings, Site(project.root / "docs", documentation=documentation))
    first, other = lesson(NAMED), lesson("# %%\nimport numpy as np\n\nnp.prod([1])\n")
    page = f"[{first.solved.tutorial.title}]({first.name})"
    assert names([first, other], str, routes, "numpy").splitlines() == [
        "## numpy",
        "",
        "| name | first used | also on |",
        "|---|---|---|",
        f"| [`numpy.ones`](https://numpy.test/numpy.ones) | {page}: Sums |  |",
        f"| [`numpy.prod`](https://numpy.test/numpy.prod) | {page}: More | {page} |",
        f"| [`numpy.sum`](https://numpy.test/numpy.sum) | {page}: Sums |  |",
    ]
    many = names([first, other, other, other, first], str, routes, "numpy")
    link = f"[{other.solved.tutorial.title}]({other.name})"
    assert (
        f"| <details><summary>4 pages</summary>{link}, {link}, {link}, {page}</details> |" in many
    )
    assert "[`json.dumps`](https://python.test/json.dumps)" in names([first], str, routes, "json")


def test_nearly_every_definition_of_this_course_is_shown_in_a_tutorial(course):
    markdown = reference(course, ROOT / "snippets", str, ".")  # porting is a box of tools
    unused = re.findall(r"^::: (\S+\.\S+)\n(?=\n:::|\Z)", markdown, re.MULTILINE)
    assert len(unused) <= markdown.count("Shown in: ") // 9, (
        f"no tutorial shows {unused}: use or delete them."
    )


def test_a_sample_is_what_a_page_shows_of_the_cells_with_this_tag(project):
    routes = Routes(project.settings, Site(project.root / "docs"))
    page = "before\n<!-- sample -->\nthe cell\n<!-- /sample -->\nafter\n"
    pages = {routes.page("a/b"): page, routes.page("c"): page}
    filled = fill("<!-- build: sample a/b -->\n", "page.md", [], pages, routes)
    assert filled == "the cell\n\n"


def test_the_facts_count_tutorials_and_exercises_and_say_when_and_with_what_they_ran(lesson):
    exercise = (
        '# %% exercise="it"\n### BEGIN SOLUTION\na = 1\n### END SOLUTION\n\n# %% '
        'check="it"\nprint(a)\n'
    )
    lessons = [lesson("# %%\n1", jax="0.12"), lesson(exercise, name="other/two", jax="0.12")]
    site = Site(labels={"jax": "JAX", "flax": "Flax"}, look_up=("part",))
    assert facts(lessons, site).startswith(
        "1 tutorial and 1 page to look things up in, 1 exercise; last run on 2026-11-25 "
        "with JAX 0.12, "
    )
    assert facts([], site) == "There are no tutorials yet."


def test_the_hours_are_those_of_tutorials_and_of_whole_folders(lesson):
    exercise = EXERCISE.format(more=' kind="build" minutes="60"')
    lessons = [lesson(exercise, name=name) for name in ("a/one", "a/two", "b/one", "ab/one")]
    assert hours(lessons, "a/one") == hours(lessons, "b") == "about 1 hours"
    assert hours(lessons, "a", "b/one", "b") == "about 3 hours"


def test_progress_counts_pages_and_exercises(lesson):
    exercise = EXERCISE.format(more="")
    assert (
        progress([lesson(exercise), lesson("# %%\n1")])
        == '<p class="progress">2 pages, 1 exercise</p>'
    )
    assert progress([]) == '<p class="progress">0 pages, 0 exercises</p>'


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_the_facts_are_of_the_structure_alone_with_the_right_plurals(lesson, number):
    """Whether a tutorial has exercises says nothing about what it is."""
    lessons = [
        lesson("# %%\n1", name=f"{part}/{place}")
        for part in ("a", "b")
        for place in range(number + 1)
    ]
    said = facts(lessons, Site(look_up=("b",)))
    many = "s" * (number > 0)
    assert said.startswith(
        f"{number + 1} tutorial{many} and {number + 1} page{many} to look things up in, "
        f"0 exercises;"
    )
    assert facts(lessons[:1], Site()).startswith("1 tutorial, 0 exercises;")


@pytest.mark.parametrize(
    ("solution", "check", "later", "names"),
    [
        ("for i in range(3):\n    loss = i", "assert loss == 2", "", ["loss"]),
        (
            "for i, (x, y) in []:\n    z = x\ntotal = 0",
            "print(total)",
            "for x in 'ab':\n    print(x)",
            ["total"],
        ),
        ("step = 1\nresult = step", "print(result)", "", ["result"]),
        ("step = 1\nresult = step", "print(result)", "print(step)", ["step", "result"]),
        ("step = 1\nresult = step", "print(result)", "step = 2\nprint(step)", ["result"]),
        ("a = {}\nb = 1", 'predicted(globals(), "a")', "", ["a"]),
        ("a = {}\nloss = 1", 'print(a["loss"])', "", ["a"]),
        ("with open('x') as file:\n    text = file.read()", "print(text)", "", ["text"]),
        ("def helper():\n    pass\n\n\ndef f():\n    helper()", "f()", "", ["f"]),
        ("_private = 1\nimport json\na = json", "print(a, json, _private)", "", ["a"]),
    ],
)
def test_one_defines_what_the_check_or_a_later_cell_needs(lesson, solution, check, later, names):
    region = f"given = {{}}\n### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
    after = f"\n# %%\n{later}\n" if later else ""
    cells = f'# %% exercise="it"\n{region}\n\n# %% check="it"\nprint("Good.")\n{check}\n{after}'
    tutorial = lesson(cells).solved.tutorial
    exercise = next(cell for cell in tutorial.cells if cell.exercise)
    assert names_to_define(tutorial.cells, exercise, "snippets") == names


def test_a_function_of_the_stub_is_to_be_defined_whoever_calls_it(lesson):
    stub = "def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION\n\n\nlimit = 3\n"
    tutorial = lesson(
        f'# %% exercise="it"\n{stub}\n# %% check="it"\nprint(limit)\n'
    ).solved.tutorial
    assert names_to_define(tutorial.cells, tutorial.cells[-2], "snippets") == ["f"]


def test_no_exercise_of_this_course_asks_for_a_loop_variable_or_for_nothing(course):
    for tutorial in (one.solved.tutorial for one in course):
        for cell in (cell for cell in tutorial.cells if cell.exercise):
            asked = names_to_define(tutorial.cells, cell, "snippets")
            assert asked, cell.exercise
            assert not {"i", "x", "labels"}.intersection(asked), cell.exercise
