import pytest

from publishing.read.answers import read_answers
from publishing.read.diagnostic import SourceError

TEXT = """# %% right: by adding
def double(x):
    return x + x

#%%wrong: squared: two is its own square -> the square -> of x
def double(x):
    # %matplotlib is a comment here

    return x**2
"""
SOLUTION = "def double(x):\n    if x is None:\n        raise ValueError(x)\n    return 2 * x\n"


def read(folder, text):
    path = folder / "double.py"
    path.write_text(text)
    return read_answers(path, SOLUTION)


def test_a_cell_has_a_kind_a_description_a_source_and_a_line(tmp_path):
    right, wrong = read(tmp_path, TEXT)
    assert (right.kind, right.description) == ("right", "by adding")
    assert right.source == "def double(x):\n    return x + x\n"
    assert (wrong.kind, wrong.description) == ("wrong", "squared: two is its own square")
    assert (right.says, wrong.says) == ("", "the square -> of x")
    assert wrong.source.splitlines()[1] == "    # %matplotlib is a comment here"
    assert wrong.source.endswith("\n\n    return x**2\n")
    assert wrong.marker.number == 5


def test_an_exercise_without_a_file_has_no_answers(tmp_path):
    assert read_answers(tmp_path / "double.py", SOLUTION) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n\n# %% right: a\nx\n", "1: begin a cell with"),
        ("# %% rigth: a\nx\n", "1: begin a cell with"),
        ("# %% right:\nx\n", "1: begin a cell with"),
        ("# %%\nx\n", "1: begin a cell with"),
        ("# %% right: a\n\n# %% wrong: b\nx\n", "1: this cell is empty."),
        ("# %% right: a\nx\n# %% right: a\ny\n", "3: another cell is called the same."),
    ],
)
def test_what_is_not_a_cell_is_told_with_its_line(tmp_path, text, said):
    with pytest.raises(SourceError) as raised:
        read(tmp_path, text)
    assert f"double.py:{said}" in str(raised.value)


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
def test_a_wrong_answer_may_be_the_solution_with_other_lines_in_one_place(tmp_path, kind):
    old, new, before, after = MUTANTS[kind]
    text = f"# %% wrong: other\n1\n\n# %% wrong: {kind} -> no\n{old}\n# becomes\n{new}\n"
    other, made = read(tmp_path, text)
    assert other.source == "1\n"
    assert (made.description, made.says) == (kind, "no")
    assert made.source == SOLUTION.replace(before, after) + "\n"
    assert made.marker.number == 4


@pytest.mark.parametrize(("old", "times"), [("3 * x", 0), ("x", 4)])
def test_lines_that_do_not_stand_once_in_the_solution_are_told(tmp_path, old, times):
    with pytest.raises(SourceError, match="write lines that stand there once") as raised:
        read(tmp_path, f"\n# %% wrong: a\n{old}\n# becomes\ny\n")
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.number == 2
    assert diagnostic.message.startswith(f"`{old}` stands {times} times in the solution;")
