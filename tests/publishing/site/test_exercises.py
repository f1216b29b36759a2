import re

import pytest
from nbformat.v4 import new_output

from publishing.building import Job
from publishing.execution import Run
from publishing.exercises import Exercise, exercises, index
from publishing.keys import Key
from publishing.records import record_now
from publishing.source import SourceError
from publishing.tutorial import read_tutorials
from publishing.variants import solved

CHECK = '# %% check="it"\n{reads}\n'


def job_of(project, printed: str) -> Job:
    """The only tutorial, as if each of its checks had printed this."""
    (tutorial,) = read_tutorials(project.settings.source)
    variant = solved(tutorial, project.settings.snippets)
    outputs = [
        [new_output("stream", name="stderr", text="a log\n"), new_output("stream", name="stdout", text=printed)]
        if cell.cell.check and printed
        else []
        for cell in variant.code
    ]
    key = Key((), "", {}, "")
    return Job(
        variant, variant, key, record_now("page", key, Run(outputs, [0.0] * len(outputs), {"platform": "cpu"}, []))
    )


@pytest.fixture
def asked(project):
    """What the only exercise of a tutorial asks for, given its cell, what its check reads, and the task's prose."""

    def names(cell: str, reads: str = "1", task: str = "Do it.") -> tuple[str, ...]:
        body = "\n".join(f"# {line}" for line in task.split("\n"))
        cells = f'# %% [markdown]\n{body}\n\n# %% exercise="it"\n{cell}\n\n{CHECK.format(reads=reads)}'
        project.tutorial("page", cells)
        (found,) = exercises(job_of(project, "Proved."))
        return found.names

    return names


GAP = "### BEGIN SOLUTION\n{}\n### END SOLUTION"


def test_a_function_with_a_gap_is_given_with_its_arguments_and_without_their_types(asked):
    cell = "def loss(x: float, *rest: int, rate=0.1) -> float:\n    ### BEGIN SOLUTION\n    y = x\n    ### END SOLUTION"
    assert asked(cell, "loss") == ("loss(x, *rest, rate=0.1)",)


def test_a_solution_taken_from_snippets_asks_for_what_it_imports_and_not_for_what_that_needs(asked, project):
    project.snippet("losses", "def square(x):\n    return _own(x)\n\n\ndef _own(x):\n    return x**2\n")
    assert asked(GAP.format("from snippets.losses import square"), "square, _own") == ("square(x)",)


def test_names_outside_the_gap_are_given_and_not_asked_for(asked):
    assert asked("given = 1\n" + GAP.format("mine = given"), "given, mine") == ("mine",)


def test_what_only_the_solution_itself_uses_is_not_asked_for(asked):
    assert asked(GAP.format("for i in range(3):\n    loss = i"), "loss") == ("loss",)


def test_a_name_that_the_task_gives_in_code_is_asked_for_even_if_the_check_reaches_it_otherwise(asked):
    task = "## Before\n\nHere is `early`.\n\n## Exercise\n\nLet `loss` be it."
    assert asked(GAP.format("loss = early = 1"), "check()", task) == ("loss",)


def test_a_gap_within_a_loop_asks_for_what_it_binds_there(asked):
    cell = "for i in range(3):\n    x = i\n    ### BEGIN SOLUTION\n    total = x\n    ### END SOLUTION"
    assert asked(cell, "total, x, i") == ("total",)


def test_the_check_says_what_it_printed_and_nothing_that_it_logged(project):
    project.tutorial("page", f'# %% exercise="it"\n{GAP.format("a = 1")}\n\n{CHECK.format(reads="print(a)")}')
    assert list(exercises(job_of(project, "Proved.\n"))) == [Exercise("it", ("a",), "Proved.", "print(a)")]


def test_a_check_that_prints_nothing_is_an_error_at_its_line(project, line_with):
    project.tutorial("page", f'# %% exercise="it"\n{GAP.format("a = 1")}\n\n{CHECK.format(reads="assert a")}')
    with pytest.raises(SourceError) as error:
        list(exercises(job_of(project, "")))
    assert str(error.value).startswith(
        f"{line_with('check=')} the check of `it` prints nothing; let its last line print"
    )


def test_an_entry_links_the_exercise_and_folds_the_source_of_its_check(project):
    project.tutorial("jax/page", f'# %% exercise="it"\n{GAP.format("a, b = 1, 2")}\n\n{CHECK.format(reads="a < b")}')
    entry = index([job_of(project, "`a` < b & so\non.")], lambda name: f"to/{name}.ipynb")
    assert entry.startswith("## it { #it }\n\nOn [jax/page](to/jax/page.ipynb#exercise-it) you define `a` and `b`.")
    assert "<p><code>a</code> &lt; b &amp; so on.</p>" in entry
    folded = re.search(r'<details [^>]*id="check-it"[^>]*>.*</details>', entry, re.DOTALL)[0]
    assert re.search(r"a .*&lt;.* b", folded)
