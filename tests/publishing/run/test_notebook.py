import asyncio
import re
from dataclasses import replace

import pytest

from publishing.assemble.variants import solve
from publishing.read.percent import read_tutorial
from publishing.run.failure import Failure
from publishing.run.notebook import Question, Run, execute

pytestmark = pytest.mark.slow  # each starts a kernel

EXERCISE = """
# %% exercise="add-one"
def add_one(x):
    ### BEGIN SOLUTION
    return x + 1
    ### END SOLUTION

# %% check="add-one"
assert add_one(1) == 2, "add_one(1) should be 2"
"""


def run(project, cells, answers=None, **options) -> Run:
    variant = solve(
        read_tutorial(project.tutorial("tiny", cells), "tiny"), project.settings.snippets
    )
    return asyncio.run(execute(variant, replace(project.settings, **options), answers))


def test_a_run_gives_outputs_seconds_device_and_the_values_of_expressions(project):
    calls = []
    cells = """
    # %% [markdown]
    # {{ 1 + 1 }} and {{ "x" * 3 }}, before any code.

    # %%
    print("hello")
    6 * 7

    # %% [markdown]
    # prose

    # %% tags=["hidden"]
    import math
    loss = math.pi

    # %% alt="a line"
    import matplotlib.pyplot as plt

    plt.plot([1, 3, 2])
    plt.show()

    # %% [markdown]
    # It is {{ loss:.3f }}, or {{ [f"{x:>4}" for x in (1, 2)] }}; `{{ code` stays.

    # %% raises="TypeError" match="unsupported"
    1 + None
    """
    variant = solve(
        read_tutorial(project.tutorial("tiny", cells), "tiny"), project.settings.snippets
    )
    done = asyncio.run(
        execute(variant, project.settings, on_cell=lambda *progress: calls.append(progress))
    )
    (stream, value), nothing, (figure,), (error,) = done.outputs
    assert (stream.text, value.data["text/plain"], nothing) == ("hello\n", "42", [])
    assert {"image/svg+xml", "image/png"} <= set(figure.data)
    assert (error.ename, error.traceback) == ("TypeError", [f"TypeError: {error.evalue}"])
    assert done.values == ["2", "xxx", "3.142", "['   1', '   2']"]
    assert len(done.seconds) == 4
    assert done.device == {"platform": "cpu", "kind": "cpu"}
    assert calls == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    again = asyncio.run(execute(variant, project.settings))
    assert (again.outputs, again.values) == (done.outputs, done.values)


MATCHES = """
# %% raises="ValueError" match="{}"
raise ValueError("a" * 40 + "!")
"""


@pytest.mark.parametrize("match", ["^a+!$", "b|a{39}", r"(a+)\\!", "a'?"])
def test_the_message_of_an_expected_error_is_searched_for_a_regular_expression(project, match):
    assert run(project, MATCHES.format(match)).outputs[0][0].ename == "ValueError"


@pytest.mark.parametrize(
    ("match", "reason"),
    [
        ("b", 'the message of the expected error does not match "b"'),
        ("(a+)+$", "the search for its `match` ran longer than 2 seconds, the timeout in mkdocs"),
    ],
)
def test_a_search_that_finds_nothing_or_does_not_end_is_told_at_its_cell(project, match, reason):
    with pytest.raises(Failure) as failure:
        run(project, MATCHES.format(match), timeout=2)
    assert reason in str(failure.value)
    assert str(failure.value).startswith("tutorials/tiny.py:")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (r'raise ValueError("\ud800")', "UnicodeEncodeError: 'utf-8' codec can't encode"),
        (
            "import IPython\n\nIPython.get_ipython().showtraceback = lambda *_, **__: None\n1 / 0",
            "ZeroDivisionError: div",
        ),
    ],
)
def test_an_exception_whose_message_is_lost_fails_its_cell(project, cell, reason):
    with pytest.raises(Failure, match=re.escape(reason)):
        run(project, f"# %%\n{cell}\n")


UPDATES = """
# %%
from IPython.display import HTML, clear_output, display

x = 3
print("before")
first = display("old", display_id="first")
print("after")
handle = display(display_id=True)
handle.update(HTML("<b>new</b>"))

# %%
for step in range(3):
    clear_output(wait=True)
    print(step)

# %%
print("gone")
display("gone too", display_id="gone")
clear_output()
print("stays")

# %%
print("stays as well")
clear_output(wait=True)

# %% [markdown]
# {{ first.update("from the prose") or x }}

# %%
display("again", display_id="second")
display("last", display_id="second");

# %%
first.update({"image/png": "iVBO", "text/plain": "new"}, raw=True)
display("nowhere", display_id="gone", update=True);

# %%
for part in range(0, 101, 20):
    print(f"{part:3} %", end="\\r")

# %% raises="ValueError"
display("shown before it fails", display_id="second", update=True)
raise ValueError
"""


def test_what_a_cell_shows_is_replaced_and_cleared_as_in_jupyter_also_from_a_later_cell(project):
    def text(output) -> str:
        return output.get("text") or output.get("ename") or str(dict(output.data))

    assert [list(map(text, outputs)) for outputs in run(project, UPDATES).outputs] == [
        [
            "before\n",
            "{'image/png': 'iVBO', 'text/plain': 'new'}",
            "after\n",
            str(REPR | {"text/html": "<b>new</b>"}),
        ],
        ["2\n"],
        ["stays\n"],
        ["stays as well\n"],
        [str({"text/plain": "'shown before it fails'"})] * 2,
        [],
        ["100 %"],
        ["ValueError"],
    ]


REPR = {"text/plain": "<IPython.core.display.HTML object>"}


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("sys.version", "NameError: name 'sys' is not defined"),
        ("np.float64(1) / 0", "RuntimeWarning: divide by zero"),
        ("time.sleep(99)", "the expression ran longer than 2 seconds, the timeout in mkdocs.yml."),
        ("os._exit(3)", "the kernel ended by itself with exit code 3."),
    ],
)
def test_an_expression_that_fails_or_warns_is_a_failure_at_its_line(
    project, line_with, expression, reason
):
    cells = "# %%\nimport os, time\nimport numpy as np\n\nx = 1\n\n# %% [markdown]\n"
    cells += f"# One,\n# {{{{ {expression} }}}}\n"
    with pytest.raises(Failure) as raised:
        run(project, cells, timeout=2)
    assert str(raised.value).startswith(
        line_with("# {{") + " an expression in `{{ }}` fails: " + reason
    )


def test_a_failing_cell_ends_the_run_at_its_line(project, line_with):
    with pytest.raises(Failure) as raised:
        run(project, "# %%\n1 + 1\n\n# %%\n1 / 0  # here\n\n# %%\nimport os\n\nos._exit(3)")
    assert str(raised.value).startswith(
        line_with("# here") + " ZeroDivisionError: division by zero\n"
    )


def test_expected_errors_with_a_wrong_name_are_told_in_one_run_with_the_cell_that_ends_it(
    project, line_with
):
    cells = """
    # %% raises="TypeError"
    1 / 0  # zero

    # %% raises="TypeError"
    print("passes")

    # %% raises="ZeroDivisionError"
    1 / 0

    # %%
    [][0]  # index

    # %% raises="TypeError"
    {}[0]  # never
    """
    with pytest.raises(Failure) as raised:
        run(project, cells)
    message = str(raised.value)
    assert message.startswith(line_with("# zero") + " ZeroDivisionError: division by zero\n")
    assert "should raise TypeError, not ZeroDivisionError." in message
    assert (
        "\n\n"
        + line_with('"passes"').replace(":8:", ":7:")
        + " the cell should raise TypeError but"
        in message
    )
    assert "\n\n" + line_with("# index") + " IndexError" in message
    assert "# never" not in message


def test_a_single_huge_output_is_a_failure_too(project):
    with pytest.raises(Failure, match=r"tiny.py:4: the cell put out more than 5 MB"):
        run(project, '# %%\nprint("x" * 9_000_000)')


FAKE_JAX = """
# %%
import sys
from types import SimpleNamespace

chip = SimpleNamespace(platform="gpu", device_kind="FakeChip 9")
sys.modules["jax"] = SimpleNamespace(devices=lambda: [chip])

# %%
class JaxRuntimeError(RuntimeError):
    pass


text = "RESOURCE_EXHAUSTED: Out of memory while trying to allocate 99999999 bytes."
raise JaxRuntimeError(text)  # here
"""


def test_a_gpu_without_memory_left_is_named_with_the_way_out(project, line_with):
    with pytest.raises(Failure) as raised:
        run(project, FAKE_JAX)
    headline = str(raised.value).splitlines()[0]
    assert headline.startswith(
        line_with("# here") + " out of GPU memory on FakeChip 9; run fewer kernels at once"
    )
    assert "trying to allocate 99999999 bytes" in str(raised.value)


@pytest.mark.parametrize(
    ("check", "reason"),
    [("True", "is left"), ("add_one(1)", "does nothing")],
    ids=["passes always", "only notices the error of the stub"],
)
def test_a_check_that_passes_on_a_stub_fails_at_the_line_of_the_check(
    project, line_with, check, reason
):
    cells = EXERCISE.replace('assert add_one(1) == 2, "add_one(1) should be 2"', check)
    with pytest.raises(
        Failure, match=f"this check passes although the exercise {reason}; let it test"
    ) as raised:
        run(project, cells)
    assert str(raised.value).startswith(line_with('check="add-one"'))


def test_answers_are_graded_and_the_notebook_goes_on_as_if_they_were_not(project):
    cells = f"""# %%
data = {{"x": [1, 2]}}

def use():
    return add_one(data["x"][0])
{EXERCISE}
assert use() == 2, "use() should see the answer"
assert data == {{"x": [1, 2]}}, "the data was changed"

# %%
print(data, use())
"""
    answers = {
        "add-one": {
            "right": "def add_one(x): return 1 + x",
            "changes data": "def add_one(x): return x + 1\ndata['x'].append(3)",
            "leaves": "raise SystemExit",
        }
    }
    done = run(project, cells, answers)
    grades = done.grades["add-one"]
    assert grades["right"] == {"answer": None, "check": None}
    assert grades["changes data"]["check"] == "AssertionError: the data was changed"
    assert grades["leaves"]["answer"] == "SystemExit: "
    assert grades["is left"]["check"].startswith("NotImplementedError: Exercise add-one")
    assert grades["does nothing"]["check"].startswith("AssertionError")
    assert done.outputs[-1][0].text == "{'x': [1, 2]} 2\n"


def test_an_answer_that_never_ends_is_a_timeout_of_the_exercise(project, line_with):
    answers = {"add-one": {"endless": "def add_one(x):\n    while True: pass"}}
    with pytest.raises(
        Failure, match="the cell and the answers to its exercise ran longer than 2 seconds"
    ) as raised:
        run(project, EXERCISE, answers, timeout=2)
    assert str(raised.value).startswith(line_with('exercise="add-one"'))


def test_what_a_check_compared_a_prediction_with_is_kept_for_the_build(project):
    question = (
        '"guess", {"a": (3,), "b": {1.5, "x"}, 3: [True, None, -2.0]}, {("b", 0): "Count."}, 0.01'
    )
    cells = f"""
# %%
def predicted(namespace, *question):
    namespace["last_question"] = question
    assert namespace["guess"] is not ..., "there is no prediction yet"

# %% exercise="first"
### BEGIN SOLUTION
guess = 1
### END SOLUTION

# %% check="first"
predicted(globals(), {question})

# %%
assert "last_question" not in globals()
{EXERCISE}
"""
    done = run(project, cells)
    truth = {"a": (3,), "b": {1.5, "x"}, 3: [True, None, -2.0]}
    assert set(done.questions) == {"first"}
    assert done.question("first") == Question("guess", truth, {("b", 0): "Count."}, 0.01)
    assert repr(done.question("first").truth) == repr(truth)


@pytest.mark.parametrize(
    "value", ["float('nan')", "len", "types.SimpleNamespace(a=1)", "[object()]"]
)
def test_a_prediction_of_what_is_no_literal_is_told_at_its_check(project, value, line_with):
    cells = EXERCISE.replace(
        "assert add", f'import types\nglobals()["last_question"] = {value}\nassert add'
    )
    with pytest.raises(
        Failure, match="what this check compares is more than numbers, texts, tuples"
    ) as raised:
        run(project, cells)
    assert str(raised.value).startswith(line_with('check="add-one"'))


REFUTED_ONCE = """
# %% [markdown]
# Text.

# %%
import pathlib
log = pathlib.Path({log!r})
log.write_text(log.read_text() + "x" if log.exists() else "x")

# %% tags=["varies"]
print(len(log.read_text()))

# %% tags=["hidden"{tag}]
assert len(log.read_text()) {order}, "the first is slower"
"""


def test_a_page_whose_measurements_refute_it_runs_again(project, tmp_path):
    log = tmp_path / "runs"
    cells = REFUTED_ONCE.format(log=str(log), tag=', "varies"', order=">= 3")
    assert run(project, cells).outputs[1][0].text == "3\n"
    assert log.read_text() == "xxx"


def test_after_three_runs_that_refute_it_the_page_is_refused(project, tmp_path):
    log = tmp_path / "runs"
    cells = REFUTED_ONCE.format(log=str(log), tag=', "varies"', order="> 3")
    with pytest.raises(Failure, match=r"the first is slower \(so it was in 3 runs") as raised:
        run(project, cells)
    assert raised.value.line.text.startswith("assert len(log")
    assert log.read_text() == "xxx"


def test_another_assertion_that_fails_is_told_after_one_run(project, tmp_path):
    log = tmp_path / "runs"
    with pytest.raises(Failure, match=r"the first is slower$"):
        run(project, REFUTED_ONCE.format(log=str(log), tag="", order="> 3"))
    assert log.read_text() == "x"


CHOICES = """
# %% [markdown]
# How many? {{ 1 + 1 }} are too few.
#
# - [{{ n == 2 }}] two,
#   or so
# - [{{ n == 3 }}] three
#
# And of these?
#
# - [{{ n == 3 }}] three
# - [{{ n == 4 }}] four

# %%
n = 3
"""


def test_what_is_to_choose_is_decided_by_the_code_behind_it(project):
    given = run(project, CHOICES)
    assert given.values == ["2", "False", "True", "True", "False"]
    behind = CHOICES.partition("# %%\n")
    assert run(project, f"# %%\nn = 3\n\n{behind[0]}").values == given.values


@pytest.mark.parametrize(
    ("old", "new", "first", "said"),
    [
        ("n == 2", "n > 2", "two,", "True, True"),
        ("n == 4", "0", "] three\n\n", "True, 0"),
        ("# - [{{ n == 4 }}] four\n", "", "] three\n\n", "True"),
    ],
)
def test_of_choices_one_is_right(project, line_with, old, new, first, said):
    cells = CHOICES.replace(old, new).replace("] three\n#\n", "] 3\n#\n")
    with pytest.raises(Failure) as failure:
        run(project, cells)
    line = line_with(first.strip())
    sentence = f"of two or more choices one should be True; these are {said}."
    assert str(failure.value).startswith(f"{line} {sentence}")
