"""What a learner tries out beside an answer does not break the page."""

import builtins
from dataclasses import replace

import pytest

from publishing.assemble.variants import solve
from publishing.read.diagnostic import join
from publishing.read.percent import read_tutorial
from publishing.run.grading import grade
from publishing.settings import Settings
from publishing.teaching.grades import gradable, needs_of
from publishing.teaching.overwritten import overwriting, overwritten
from publishing.teaching.verdicts import Trial

PAGE = """\
# %% [markdown]
# # Page

# %%
import math
size = 3
def area(): return math.pi * size**2
def shown(): return f"{area():.1f}"

# %% exercise="first"
### BEGIN SOLUTION
def double(x): return 2 * x
### END SOLUTION

# %% check="first"
assert double(size) == 6

# %%
later = sum([area(), 1])

# %% exercise="second"
### BEGIN SOLUTION
def half(): return double(size) / 4
### END SOLUTION

# %% check="second"
assert half() == 1.5

# %% raises="ZeroDivisionError" match="zero"
later / (size - 3)

# %%
assert shown() == "28.3" and round(later) == 29 and double(1) == 2
"""


@pytest.fixture
def solved(tmp_path):
    def solve_page(text=PAGE):
        path = tmp_path / "tutorials/page.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return solve(read_tutorial(path, "page"), tmp_path / "snippets")

    return solve_page


def outcome(solved, change=lambda text: text):
    """What the check raises on such an answer to a page whose text is changed so."""
    overwrites = overwriting(solved, "first")["overwritten"]
    trial = Trial("first", "", "", "", "", needs_of(solved, "first", overwrites))
    before = gradable(solved, [trial], Settings()).cells
    at = next(index for index, cell in enumerate(before) if cell.exercise)
    namespace = {"__name__": "__main__"}
    for cell in before[1:at]:
        exec(join(cell.lines), namespace)
    exec(join(before[at].support), namespace)
    grades = grade(namespace, {"it": change(overwrites.text)}, change(join(before[at + 1].lines)))
    return grades["it"]["check"]


def test_a_small_page_goes_on(solved):
    assert outcome(solved()) is None


@pytest.mark.parametrize("exercise", ["first", "second"])
def test_a_page_where_nothing_is_put_back_does_not_go_on(solved, exercise):
    assert outcome(
        solved(), lambda text: text.replace(f'put_names_back(globals(), "{exercise}")', "")
    )


@pytest.mark.parametrize("name", ["math", "area", "size", "shown", "double", "later"])
def test_a_page_where_one_name_is_not_kept_does_not_go_on(solved, name):
    variant = solved()
    for line in (line for cell in variant.code for line in cell.support):
        assert (
            not line.text.startswith("keep_names")
            or f'"{name}"' in line.text
            or name in ("double", "later")
        )
    without = [
        replace(
            cell,
            support=tuple(
                replace(line, text=line.text.replace(f', "{name}"', "")) for line in cell.support
            ),
        )
        for cell in variant.cells
    ]
    assert outcome(replace(variant, cells=tuple(without)))


def test_a_name_that_no_later_cell_reads_keeps_what_the_reader_gave_it(solved):
    variant = solved(PAGE.replace("size = 3", "size = 3\nunread = 4"))
    assert "unread" in overwritten(variant, "first")
    assert '"unread"' not in "".join(line.text for cell in variant.code for line in cell.support)
    assert outcome(variant) is None
    assert hasattr(builtins, "sum")


@pytest.mark.parametrize("own", ["def scale(x): return x", "import math as scale", "scale = abs"])
def test_a_name_that_only_the_solution_needs_is_free_for_an_answer(solved, own):
    page = PAGE.replace("size = 3", "size = 3\ndef scale(x): return x")
    variant = solved(page.replace("return 2 * x", "return 2 * scale(x)"))
    assert "scale" not in overwritten(variant, "first")
    answer = f"{own}\ndef double(x): return 2 * x if scale else 0"
    given = "def double(x): return 2 * scale(x)"
    assert outcome(variant, lambda text: text.replace(given, answer)) is None
