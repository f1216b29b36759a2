"""What the checks of a small tutorial say with the rest of its page; without a kernel."""

import pytest

from publishing.assemble.variants import solve
from publishing.read.cells import Cell
from publishing.read.diagnostic import Line, join
from publishing.read.percent import read_tutorial
from publishing.run.grading import grade
from publishing.settings import Settings
from publishing.teaching.grades import Attempt, going_on, gradable, needs_of, without_times
from publishing.teaching.verdicts import Trial

PAGE = """\
# %% [markdown]
# # Page

# %% exercise="first"
### BEGIN SOLUTION
double = lambda x: 2 * x
### END SOLUTION

# %% check="first"
assert double(2) == 4, "double does not give four for two"

# %% exercise="second"
### BEGIN SOLUTION
eight = double(4)
### END SOLUTION

# %% check="second"
assert eight == 8, "eight is a number other than 8"

# %% tags=["hidden"]
assert double(0.5) == 1

# %% raises="TypeError" match="NoneType"
double(None)
"""


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    path = tmp_path_factory.mktemp("course") / "tutorials" / "page.py"
    path.parent.mkdir()
    path.write_text(PAGE)
    return solve(read_tutorial(path, "page"), path.parents[1] / "snippets")


def trials(solved, *exercises):
    """Trials that define nothing."""
    return [Trial(each, "", "", "", "", needs_of(solved, each, Attempt(""))) for each in exercises]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("x + x", "None"),
        ("3 * x", "AssertionError: double does not give four for two"),
        ("x**2", "RestOfPage: line 17: AssertionError: eight is a number other than 8"),
        ("2 * int(x)", "RestOfPage: line 20: AssertionError: "),
        ("2 * (x or 0)", "RestOfPage: line 23: TypeError was expected"),
        ("{}[x] if x is None else 2 * x", "RestOfPage: line 23: KeyError: None"),
        (
            "int([]) if x is None else 2 * x",
            "RestOfPage: line 23: TypeError: int() argument must be",
        ),
    ],
)
def test_an_answer_goes_on_through_later_exercises_hidden_cells_and_expected_errors(
    solved, answer, error
):
    _, exercise, check, *_ = gradable(solved, trials(solved, "first"), Settings()).cells
    answers = {"it": going_on(solved, "first", {"it": f"double = lambda x: {answer}"})["it"].text}
    grades = grade(before(exercise), answers, join(check.lines))
    assert grades["it"]["answer"] is None
    assert str(grades["it"]["check"]).startswith(error)


def before(exercise):
    """The variables of a notebook before an exercise that stands first."""
    variables = {"__name__": "__main__"}
    exec(join(exercise.support), variables)
    return variables


def test_it_runs_up_to_the_last_check_and_checks_alone_do_not_go_on(solved):
    cells = gradable(solved, trials(solved, "first", "second"), Settings()).cells
    assert [cell.exercise or cell.check for cell in cells] == [
        None,
        "first",
        "first",
        "second",
        "second",
    ]
    # The second needs the solution of the first, and none of its check.
    later = gradable(solved, trials(solved, "second"), Settings()).cells
    assert [cell.exercise or cell.check for cell in later] == [None, None, "second", "second"]
    assert len(gradable(solved, trials(solved, "first"), Settings()).cells) == 3
    answer = {"it": Attempt("double = lambda x: x**2").text}
    grades = grade(before(cells[1]), answer, join(cells[2].lines))
    assert grades["it"] == {"answer": None, "check": None}


def test_a_check_runs_in_trials_alone(solved):
    _, exercise, check = gradable(solved, trials(solved, "first"), Settings()).cells
    variables = before(exercise) | {"double": lambda x: 3 * x}
    exec(join(check.lines), variables)
    with pytest.raises(AssertionError, match="double does not give four for two"):
        exec(f"{Attempt('').text}\n{join(check.lines)}", variables)


def test_assertions_of_hidden_cells_on_what_varies_are_left_out_and_lines_stay(tmp_path):
    def cell(text, *tags):
        lines = tuple(
            Line(line, tmp_path, number) for number, line in enumerate(text.splitlines(), 1)
        )
        return Cell(code=True, path=tmp_path, number=1, lines=lines, tags=tags)

    timed, hidden = (
        cell("seconds = 1\ny = 2", "varies"),
        cell("x = 1\nassert (\n    seconds < 2\n)\nassert x == 1", "hidden"),
    )
    assert without_times(hidden, [timed, hidden]) == "x = 1\n\n\n\nassert x == 1"
    shown = cell("assert seconds < 2")
    assert without_times(shown, [timed, shown]) == "assert seconds < 2"
