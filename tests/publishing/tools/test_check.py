import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from publishing.load import load
from publishing.site.downloads import script
from publishing.tools.cli import main

RULES = "rules: { all: { words: [5, 60] } }, answers: answers"
EXERCISE = """
# %% exercise="double" kind="build" minutes="5"
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% check="double"
assert double(3) == 6, "Which number doubles another one?"
assert double(0.5) == 1, "No."
print("Right.")
"""


@pytest.fixture
def check(project):
    """The command, in a project whose pages keep to rules: its exit code and what it said."""

    def call(name: str = "part/tiny", options: str = RULES, nav: str = "tutorials/part/tiny.ipynb"):
        config = f"""
            site_name: Tiny
            theme: mkdocs
            markdown_extensions: [attr_list, md_in_html]
            plugins: [tutorials: {{ timeout: 30, {options} }}, mkdocs-jupyter]
            nav: [index.md, {nav}]
        """
        (project.root / "mkdocs.yml").write_text(re.sub(r"(?m)^ {12}", "", config))
        result = CliRunner().invoke(main, ["check", name])
        assert isinstance(result.exception, SystemExit | None), result.exc_info
        waiting = re.compile(r"^(Running|Trying the answers to) \S+ \.\.\.\n", re.MULTILINE)
        return result.exit_code, result.stdout + waiting.sub("", result.stderr)

    return call


def answers(project, exercise: str = "double", **kinds: str) -> None:
    """Keep an answer of each of these kinds, beginning in the line after its marker."""
    path = project.root / f"answers/{exercise}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"# %% {kind}: some\n{text}\n" for kind, text in kinds.items()))


def entries(output: str) -> dict[int, str]:
    """What is said of each line of the page."""
    return {
        int(number): text
        for number, text in re.findall(r"^tutorials/part/tiny\.py:(\d+): (.*)$", output, re.M)
    }


def test_all_that_is_wrong_with_a_source_is_said_in_one_list_before_anything_runs(check, project):
    project.tutorial(
        "part/tiny",
        """
        # %% nonsense=1
        import matplotlib.pyplot as plt

        # %% [markdown]
        # A formula, $\\frac{1$.
        """,
    )
    code, output = check(nav="other.md")
    assert code == 1
    said = [
        (1, "is not in the nav"),
        (4, 'unknown key "nonsense"'),
        (8, "this mathematics cannot be read"),
    ]
    *lines, way, count = output.splitlines()
    for (number, text), line in zip(said, lines, strict=True):
        assert line.startswith(f"tutorials/part/tiny.py:{number}: ")
        assert text in line
    assert way == "The page runs when these are mended."
    assert count == "Error: 3 problems in part/tiny."


@pytest.mark.slow
def test_a_run_goes_on_behind_a_cell_that_fails_and_what_only_lacks_its_names_is_not_told(
    check, project
):
    project.tutorial(
        "part/tiny",
        """
        # %%
        import warnings

        import matplotlib.pyplot as plt

        value = 1 / 0

        # %%
        print(value)

        # %%
        plt.plot([1, 2])
        plt.show()

        # %%
        warnings.warn("old: use new", DeprecationWarning)

        # %%
        {}["key"]
        """,
    )
    code, output = check(options="answers: answers")
    assert code == 1
    found = entries(output)
    assert list(found) == [9, 14, 19, 22], output
    for text in ("ZeroDivisionError", "draws a figure but", "DeprecationWarning", "KeyError"):
        assert f": {text}" in output


@pytest.mark.slow
def test_a_page_without_fault_is_said_to_be_so_and_its_run_is_kept(check, project):
    project.tutorial(
        "part/tiny",
        f"# %% [markdown]\n# One two three four five.\n{EXERCISE}".replace(
            '"No."', '"It is not one."'
        ),
    )
    answers(project, right="double = lambda x: x + x", wrong="double = lambda x: x * x")
    assert check() == (0, "part/tiny: nothing is wrong.\n")
    assert "had a record" in CliRunner().invoke(main, ["run"]).output
    project.tutorial(
        "part/tiny",
        (project.root / "tutorials/part/tiny.py")
        .read_text()
        .partition("\n\n")[2]
        .replace("five", "5"),
    )
    assert check() == (0, "part/tiny: nothing is wrong.\n")


@pytest.mark.slow
def test_kept_answers_are_tried(check, project):
    project.tutorial("part/tiny", f"# %% [markdown]\n# One two three four five.\n{EXERCISE}")
    answers(project, right="double = lambda x: x * 3", wrong="double = lambda x: int(x) * 2")
    code, output = check()
    assert code == 1
    fails = "should be right, but its check fails: AssertionError: Which"
    assert f"answers/double.py:1: {fails}" in output
    answers(project, right="double = lambda x: x * 2", wrong="double = lambda x: x + x")
    assert "answers/double.py:3: its check lets this wrong answer pass." in check()[1]
    says = "# %% wrong: a -> the sum\ndouble = lambda x: int(x) * 2\n"
    (project.root / "answers/double.py").write_text(says)
    assert "answers/double.py:1: its check does not say `the sum`: No." in check()[1]
    answers(project, right="double = lambda x: x * 2")
    answers(project, exercise="triple", right="triple = 3")
    output = check()[1]
    assert "answers/triple.py:1: is of no exercise" in output
    (project.root / "answers/double.py").write_text("x = 1\n# %% wrong\nx\n# %% right: x\n")
    output = check()[1]
    assert "answers/double.py:1: begin a cell with `# %% right: `" in output
    assert "answers/double.py:2: begin a cell with `# %% right: `" in output
    assert "answers/double.py:4: this cell is empty." in output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('print("Right.")', "done = True", "the check of `double` prints"),
        (
            'assert double(3) == 6, "Which number doubles another one?"\n'
            'assert double(0.5) == 1, "No."\n',
            "",
            "this check passes although the exercise",
        ),
    ],
)
def test_what_is_wrong_with_an_exercise_is_told_beside_the_rest(check, project, old, new, sentence):
    cells = f"# %% [markdown]\n# One two.\n\n# %%\nmissing\n{EXERCISE}"
    project.tutorial("part/tiny", cells.replace(old, new))
    code, output = check()
    assert code == 1
    assert sentence in output
    assert "NameError: name 'missing' is not defined" in output
    assert "has 2 words" in output


SYNTAX_ERRORS = {
    "SyntaxError": "if x = 1:\n    pass",
    "IndentationError": "if 1:\nx = 1",
    "TabError": "if 1:\n        1\n\t2",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", SYNTAX_ERRORS)
def test_a_cell_may_show_code_that_python_cannot_read_and_the_script_shows_it_too(
    check, project, kind
):
    shown = f'# %% raises="{kind}"\n{SYNTAX_ERRORS[kind]}\n\n# %% [markdown]\n# So.\n'
    cells = f"# %%\nx = 1\n\n{shown}\n# %%\nprint(x)\n"
    project.tutorial("part/tiny", cells)
    assert check(options="memory: 8000") == (0, "part/tiny: nothing is wrong.\n")
    (lesson,) = load(project.settings)
    shown = subprocess.run(
        [sys.executable, "-c", script(lesson, "")], capture_output=True, text=True, check=True
    ).stdout
    assert shown.startswith(f"{kind}, as expected: ")
    assert shown.endswith("\n1\n")
    project.tutorial("part/tiny", cells.replace(SYNTAX_ERRORS[kind], "x = 2"))
    assert f"the cell should raise {kind} but passed." in check(options="memory: 8000")[1]


@pytest.mark.slow
def test_an_output_that_a_page_cannot_show_is_noted_and_its_text_is_shown(check, project):
    unfit = """
        # %%
        class Unfit:
            _repr_html_ = lambda self: "<form></form>"
            __repr__ = lambda self: "Unfit(3)"

        Unfit()
    """
    project.tutorial("part/tiny", unfit)
    code, output = check(options="memory: 8000")
    assert code == 0
    what = "its output has `<form>`, which no page can have"
    assert f"{what}: the page shows its text." in output


@pytest.mark.slow
def test_what_ends_the_run_is_told_and_that_there_may_be_more(check, project):
    cells = "# %%\n1 / 0\n\n# %% [markdown]\n# It is {{ nowhere }}.\n\n# %%\n2 / 0\n"
    project.tutorial("part/tiny", cells)
    _, output = check(options="answers: answers")
    failed = "an expression in `{{ }}` fails: NameError: name 'nowhere' is not defined"
    assert entries(output) == {5: "ZeroDivisionError: division by zero", 8: failed}, output
    assert (
        "The run ended early, at tutorials/part/tiny.py:8; mend that, and the rest is told."
        in output
    )


def seeded(project, page: str, faults: dict[str, tuple[str, str]]) -> dict[int, str]:
    """Write a page in which each text is replaced by a fault; gives what to say of its line.

    A fault is what replaces a text, with `@` before the line that has to be told, and a sentence.
    """
    sentences = list(faults.values())
    for place, (text, (fault, _)) in enumerate(faults.items()):
        assert page.count(text) == fault.count("@") == 1, text
        page = page.replace(text, fault.replace("@", f"@{place}@"))
    path, said = project.tutorial("part/tiny", page), {}
    for number, row in enumerate(path.read_text().splitlines(), 1):
        if mark := re.match("@(.+)@", row):
            said[number] = sentences[int(mark[1])][1]
    path.write_text(re.sub("(?m)^@.+@", "", path.read_text()))
    assert len(said) == len(faults)
    return said


def assert_each_is_told_once(output: str, said: dict[int, str]) -> None:
    told = re.findall(r"^tutorials/part/tiny\.py:(\d+): (.*)$", output, re.MULTILINE)
    assert [int(number) for number, _ in told] == sorted(said), output
    for number, text in told:
        assert said[int(number)] in text


WHOLE = """
# %% tags=["short"]
print("short")

# %% [markdown]
# ## One
#
# Words of the page, and [a link](tiny.py), and $x$.

# %%
import math

print(math.pi)

# %% [markdown]
# Is it a figure?

# %% tags=["plot"] alt="a line"
import matplotlib.pyplot as plt

plt.plot([1, 2])
plt.show()

# %% [markdown]
# ### Exercise
#
# Define `guess`.

# %% exercise="guess" kind="predict" minutes="5"
### BEGIN SOLUTION
guess = {"a": 1, "b": 2}
### END SOLUTION

# %% check="guess"
last_question = ("guess", {"a": 1, "b": 2}, {"a": "why one", "b": "why two"}, 0.01)
globals()["last_question"] = last_question
assert globals().get("guess") == last_question[1], "Which numbers are these?"
print("Right, both.")

# %% [markdown]
# Define `double`.


# %% exercise="double" kind="build" minutes="5"
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% check="double"
assert double(3) == 6, "Which number doubles another one?"
assert double(0.5) == 1, "It doubles fractions as well, does it?"
print("Right.")
"""
ALL_RULES = (
    "answers: answers, rules: { all: { headings: true, kinds: 2,"
    " figure_text: 9, code_cells: 2, never: { banana: no fruit } } }"
)
RUFF = "[tool.ruff]\nline-length = 88\n[tool.ruff.lint]\nselect = ['F']\n"
GUESS = WHOLE[WHOLE.index('# %% exercise="guess"') : WHOLE.index("\n# %% [markdown]\n# Define")]
DOUBLE = WHOLE[WHOLE.index('# %% check="double"') :]
PLOT = WHOLE[WHOLE.index('# %% tags=["plot"]') : WHOLE.index("plt.show()")]
# What is wrong before a run, in a run, and with what it gave: a text, what stands in its place with
# `@` before the line to be told, and what to say.
FAULTS = {
    "source": {
        'print("short")': (f'@print("{"short" * 11}")', "has 64 characters; a phone shows 60"),
        "# ### Exercise": ("@# [it](attachment:it.png)", "the text leads to `attachment:it.png`"),
        "# Define `double`.": ("@# Define $\\frac{1$.", "this mathematics cannot be read"),
        "    return 2 * x\n": ("@    %timeit x\n", "works in notebooks only"),
    },
    "run": {
        "print(math.pi)": ("@print(math.nothing)", "AttributeError: module 'math' has no"),
        PLOT: (f"@{PLOT.replace(' alt="a line"', '')}", "draws a figure but does not say"),
        GUESS: (
            GUESS.replace('{"a": 1, "b": 2}', '{"a": 1, "b": 3}', 1).replace("assert", "@assert"),
            "AssertionError: Which numbers are these?",
        ),
        "# Is it a figure?": ("@# TODO: a figure?", "`TODO`: this is to be written"),
        "# ### Exercise": (
            "# So?\n\n# %%\nname = 3\n@input(name)\n\n# %% [markdown]\n# ### Exercise",
            "the cell waits for what a reader types",
        ),
        "assert double(3) == 6": ("@assert double(3) == 7", "Which number doubles another one?"),
    },
    "page": {
        "# Words of": ("@# A banana of", "`banana`: no fruit"),
        "# ### Exercise": ("@# ##### Exercise", "a heading of level 5 cannot follow"),
        "# %% [markdown]\n# ## One": (
            "# %%\n1\n\n@# %%\n2\n\n# %% [markdown]\n# ## One",
            "3 code cells",
        ),
        "import math": ("import math\n@import os", "`os` imported but unused (ruff, F401)."),
        PLOT: (f"@{PLOT}plt.gcf().set_size_inches(20, 3)\n", "has text 3.4 pixels high on a phone"),
        DOUBLE: (f"@{DOUBLE.replace('print(', 'str(')}", "the check of `double` prints"),
    },
}
SAID = {
    "source": "The page runs when these are mended.",
    "run": "The check computes {'a': 1, 'b': 2}.",
}


@pytest.mark.slow
def test_marker_lines_come_first_then_cells_then_the_notebook_then_its_run(check, project):
    path = project.tutorial(
        "part/tiny", "# %% alt=1\nx = 1\n\n# %%\n%timeit 1\n\n# %%\nget_ipython()\n1 / 0\n"
    )
    for wrong, number, sentence in (
        ("# %% alt=1", 4, "alt must be a text"),
        ("%timeit 1", 8, "`%timeit 1` works in notebooks only"),
        ("get_ipython()", 11, "`get_ipython` exists in notebooks only"),
        ("1 / 0", 12, "ZeroDivisionError: division by zero"),
    ):
        said = entries(check(options="answers: answers")[1])
        assert list(said) == [number]
        assert sentence in said[number]
        mended = "# %%" if "alt" in wrong else "y = 1"
        path.write_text(path.read_text().replace(wrong, mended))


@pytest.mark.slow
@pytest.mark.parametrize("phase", FAULTS)
def test_each_of_many_faults_is_told_once_at_its_line(check, project, phase):
    (project.root / "pyproject.toml").write_text(RUFF)
    answers(project, right="double = lambda x: x + x", wrong="double = lambda x: x * x")
    answers(project, "guess", right="guess = dict(a=1, b=2)", wrong="guess = {'a': 3, 'b': 2}")
    said = seeded(project, WHOLE, FAULTS[phase])
    code, output = check(options=ALL_RULES)
    assert_each_is_told_once(output, said)
    assert (code, SAID.get(phase, "") in output) == (1, True)


@pytest.mark.slow
def test_the_page_without_these_faults_is_right(check, project):
    (project.root / "pyproject.toml").write_text(RUFF)
    answers(project, right="double = lambda x: x + x", wrong="double = lambda x: x * x")
    answers(project, "guess", right="guess = dict(a=1, b=2)", wrong="guess = {'a': 3, 'b': 2}")
    seeded(project, WHOLE, {})
    code, output = check(options=ALL_RULES)
    assert (code, output) == (0, "part/tiny: nothing is wrong.\n"), output
    path = project.root / "tutorials/part/tiny.py"
    path.write_text(path.read_text().replace("math.pi)", " math.pi)"))
    unformatted = "tutorials/part/tiny.py:1: is not formatted; `ruff format tutorials/part/tiny.py`"
    assert unformatted in check(options=ALL_RULES)[1]


ASKING = """
def ask(value):
    Asked(value).refuse()


class Asked:
    def __init__(self, value):
        self.value = value

    def refuse(self):
        assert self.value == 6, "What is 2 x 3?"
"""


@pytest.mark.slow
def test_a_solution_that_a_snippet_refuses_is_told_at_the_check_that_calls_it(check, project):
    project.snippet("asking", ASKING)
    solution = "### BEGIN SOLUTION\na = 1\nb = 2\nc = 3\nsix = 5\n### END SOLUTION"
    call = "from snippets.asking import ask\n\nask(six)\nprint('Right.')"
    cells = f'# %% exercise="six"\n{solution}\n\n# %% check="six"\n{call}\n'
    path = project.tutorial("part/tiny", cells)
    number = path.read_text().splitlines().index("ask(six)") + 1
    code, output = check(options="answers: answers")
    assert (code, output.count("tutorials/part/tiny.py:")) == (1, 4), output
    assert output.startswith(f"tutorials/part/tiny.py:{number}: AssertionError: What is 2 x 3?\n")
    assert "  snippets/asking.py:2 in ask\n      Asked(value).refuse()" in output
    assert "  snippets/asking.py:10 in Asked.refuse\n      assert self.value == 6" in output
    assert "six = 5" not in output
