import pytest

from publishing.read.answers import read_answers
from publishing.read.clauses import clause_diagnostics, clauses, tried
from publishing.read.diagnostic import SourceError
from publishing.read.percent import read_tutorial

PAGE = """# %% [markdown]
# # Title
#
# Not of the exercise.

# %%
given = 1

# %% [markdown]
# ## Exercise: double
#
# Define `double(x)`. For `x. Y` of shape `()`, as in $a. B$, it returns
# twice that. (It works under `jit`, too.) There are two cases:
#
# - `x` is an integer. It stays one.
# - `x` is a float
#
# <details>
# <summary>Hint</summary>
#
# Add it to itself. Or multiply.
#
# </details>

# %%
also_given = 2

# %% [markdown]
# The argument stays:
#
# ```python
# # No. Clause.
# ```

# %% exercise="double"
def double(x):
    ### BEGIN SOLUTION
    if x is None:
        raise ValueError(x)
    return 2 * x
    ### END SOLUTION

# %% check="double"
assert double(1) == 2
"""
CLAUSES = [
    "Define `double(x)`.",
    "For `x. Y` of shape `()`, as in $a. B$, it returns twice that.",
    "(It works under `jit`, too.)",
    "There are two cases:",
    "`x` is an integer.",
    "It stays one.",
    "`x` is a float",
    "The argument stays:",
]
SOLUTION = "def double(x):\n    if x is None:\n        raise ValueError(x)\n    return 2 * x\n"


def answers(folder, text):
    path = folder / "double.py"
    path.write_text(text)
    return read_answers(path)


def told(folder, text, found=CLAUSES):
    return [
        (each.path.name, each.number, each.message)
        for each in clause_diagnostics(found, answers(folder, text), folder / "page.py", 7)
    ]


def test_the_clauses_are_the_sentences_and_items_from_the_heading_to_the_cell(tmp_path):
    path = tmp_path / "page.py"
    path.write_text(PAGE)
    assert clauses(read_tutorial(path, "page"), "double") == CLAUSES


def test_each_clause_has_a_mutant_or_asks_nothing(tmp_path):
    text = "".join(f"# %% breaks: {c[:9]}\n2 * x\n# becomes\nx\n\n" for c in CLAUSES[:-1])
    quiet = "# %% asks nothing\n# The argument\n"
    assert told(tmp_path, text + quiet) == []
    (lacks,) = told(tmp_path, text)
    assert lacks[:2] == ("page.py", 7)
    assert "breaks `The argument stays:`" in lacks[2]


@pytest.mark.parametrize(
    "text", ["# %% breaks: He\n2\n# becomes\n3\n", "# %% asks nothing\n# Define\n# He\n"]
)
def test_a_quoted_beginning_is_that_of_a_clause(tmp_path, text):
    (wrong,) = told(tmp_path, text, found=CLAUSES[:1] if "Define" in text else [])
    assert wrong == ("double.py", 1, "no clause of the exercise begins with `He`.")


def test_one_clause_may_have_several_mutants(tmp_path):
    form = "# %% breaks: Define | {}\n2\n# becomes\n3\n\n"
    text = form.format("once") + form.format("twice")
    assert told(tmp_path, text, found=CLAUSES[:1]) == []
    assert [each.description for each in tried(answers(tmp_path, text), SOLUTION)] == [
        "breaks Define | once",
        "breaks Define | twice",
    ]


MUTANTS = {
    "part of a line": ("2 * x", "3 * x", "return 2 * x", "return 3 * x"),
    "lines of a block": (
        "if x is None:\n    raise ValueError(x)",
        "if not x:\n    x = 1\n    raise TypeError(x)",
        "if x is None:\n        raise ValueError(x)",
        "if not x:\n        x = 1\n        raise TypeError(x)",
    ),
    "an end of a line": ("2 * x", "2 * (\n    x\n)", "2 * x", "2 * (\n        x\n    )"),
    "nothing": ("2 * ", "", "2 * x", " x"),
}


@pytest.mark.parametrize("kind", MUTANTS)
def test_a_mutant_is_the_solution_with_other_lines_in_one_place(tmp_path, kind):
    old, new, before, after = MUTANTS[kind]
    text = f"# %% wrong: other\n1\n\n# %% breaks: Define\n{old}\n# becomes\n{new}\n"
    other, made = tried(answers(tmp_path, text), SOLUTION)
    assert other.source == "1\n"
    assert (made.kind, made.source) == ("wrong", SOLUTION.replace(before, after) + "\n")
    assert made.marker.number == 4


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("3 * x\n# becomes\nx", "`3 * x` stands 0 times in the solution;"),
        ("x\n# becomes\ny", "`x` stands 4 times in the solution;"),
        ("2 * x", "`2 * x` becomes nothing;"),
    ],
)
def test_a_mutant_that_cannot_be_made_is_an_error_at_its_line(tmp_path, source, message):
    with pytest.raises(SourceError, match="write lines that stand there once") as raised:
        tried(answers(tmp_path, f"\n# %% breaks: Define\n{source}\n"), SOLUTION)
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.number == 2
    assert diagnostic.message.startswith(message)
