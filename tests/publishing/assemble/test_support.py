"""What stands before an exercise and in its check, beside what the author wrote there."""

import pytest

from publishing.assemble.variants import solve, unsolve
from publishing.read.percent import read_tutorial
from publishing.read.problem import SourceError, join

PAGE = """
# %%
import math
from snippets.values import one
x, y, z, w = 1, 2, 3, 4

# %% tags=["hidden"]
assert w == 4
secret = 5

# %% exercise="first"
### BEGIN SOLUTION
def double(v):
    return 2 * v
### END SOLUTION
y = 5

# %% check="first"
from snippets.asking import ask

_data = x
ask(double)
print("Doubled.")

# %%
z = 6
one(z + math.pi)

# %% exercise="second"
### BEGIN SOLUTION
eight = double(4)
### END SOLUTION

# %% check="second"
from snippets.asking import (
    ask,
    again,
)
from snippets.values import one
assert ask(eight) is None, again

# %%
def later():
    return x, double(eight)
"""


@pytest.fixture
def assembled(project):
    project.snippet("values", "def one(v):\n    return 1\n")
    project.snippet(
        "asking",
        "import io\n\nagain = 'again'\n\n\ndef ask(v):\n    return _told(v, io)\n\n\ndef _told(v, to):\n    pass\n",
    )

    def assemble(text):
        path = project.tutorial("page", text)
        tutorial = read_tutorial(path, "page")
        return [make(tutorial, project.settings.snippets) for make in (solve, unsolve)]

    return assemble


def support(variant):
    return {cell.exercise: join(cell.support) for cell in variant.code if cell.support}


def test_the_snippets_of_checks_stand_once_before_the_first_exercise_in_both_variants(assembled):
    solved, student = assembled(PAGE)
    first, second = support(solved).values()
    assert support(student) == support(solved)
    assert first.count("def ask") == first.count("def _told") == first.count("import io") == 1
    assert first.count("again = 'again'") == 1
    assert "def one" not in first  # which the page shows already
    assert second.count("\n") == 0
    checks = [join(cell.lines) for cell in solved.code if cell.check]
    assert checks[0] == 'put_back(globals(), "first")\n_data = x\nask(double)\nprint("Doubled.")'
    assert checks[1] == 'put_back(globals(), "second")\nassert ask(eight) is None, again'


def test_kept_is_what_is_visible_before_needed_later_and_not_defined_by_the_exercise(assembled):
    first, second = support(assembled(PAGE)[0]).values()
    assert first.splitlines()[-1] == 'keep(globals(), "first", "math", "one", "x")'
    assert second == 'keep(globals(), "second", "double", "x")'


def test_the_whole_notebook_runs_and_a_reader_may_skip_any_check(assembled):
    solved, _ = assembled(PAGE)
    for skipped in ((), ("first",), ("first", "second")):
        namespace = {"__name__": "__main__"}
        for cell in solved.code:
            exec(join(cell.support), namespace)
            if cell.check not in skipped or cell.check is None:
                exec(join(cell.lines), namespace)
        assert namespace["later"]() == (1, 16)


def test_a_notebook_has_it_as_a_folded_cell_before_the_exercise(assembled):
    for variant in assembled(PAGE):
        cells = variant.notebook().cells
        before = [cell for cell in cells if cell.id.endswith("-before")]
        assert [cell.source.splitlines()[0] for cell in before] == [
            "# @title Before `first`",
            "# @title Before `second`",
        ]
        assert all(cell.metadata == {"jupyter": {"source_hidden": True}, "cellView": "form"} for cell in before)
        following = [cells[cells.index(cell) + 1].metadata["exercise"] for cell in before]
        assert following == ["first", "second"]


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("_data = x", "_told = x", "_told"),
        ("z = 6", "ask = 6", "ask"),
        ("z = 6", "keep = 6", "keep"),
        ("z = 6", "kept_names = 6", "kept_names"),
        ("x, y, z, w =", "put_back, x, z, w =", "put_back"),
    ],
)
def test_a_tutorial_that_gives_a_name_of_its_checks_another_meaning_is_told_so(assembled, old, new, name):
    with pytest.raises(SourceError, match=f"`{name}` is a name that checks use; call this otherwise"):
        assembled(PAGE.replace(old, new))


def test_a_page_without_exercises_has_none_of_it(assembled):
    solved, _ = assembled("# %%\nkeep = 1\n")
    assert support(solved) == {}
