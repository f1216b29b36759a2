import pytest

from publishing.read.answers import read_answers
from publishing.read.diagnostic import SourceError

TEXT = """# %% right: by adding
def double(x):
    return x + x

# %% wrong: squared: two is its own square -> the square -> of x
def double(x):
    # %matplotlib is a comment here

    return x**2


#%%asks nothing
# Repair
"""


def test_a_cell_has_a_kind_a_description_a_source_and_a_line(tmp_path):
    path = tmp_path / "double.py"
    path.write_text(TEXT)
    right, wrong, others = read_answers(path)
    assert (right.kind, right.description) == ("right", "by adding")
    assert right.source == "def double(x):\n    return x + x\n"
    assert (wrong.kind, wrong.description) == ("wrong", "squared: two is its own square")
    assert (right.says, wrong.says) == ("", "the square -> of x")
    assert wrong.source.splitlines()[1] == "    # %matplotlib is a comment here"
    assert wrong.source.endswith("\n\n    return x**2\n")
    assert (others.kind, others.description, others.marker.number) == ("asks nothing", "", 12)


def test_an_exercise_without_a_file_has_no_answers(tmp_path):
    assert read_answers(tmp_path / "double.py") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n\n# %% right: a\nx\n", "1: begin a cell with"),
        ("# %% rigth: a\nx\n", "1: begin a cell with"),
        ("# %% right:\nx\n", "1: begin a cell with"),
        ("# %%\nx\n", "1: begin a cell with"),
        ("# %% right: a\n\n# %% wrong: b\nx\n", "1: this cell is empty."),
        ("# %% right: a\nx\n# %% right: a\ny\n", "3: another cell is called the same."),
        ("# %% asks nothing\nx\n# %% asks nothing\ny\n", "3: another cell is called the same."),
    ],
)
def test_what_is_not_a_cell_is_told_with_its_line(tmp_path, text, said):
    path = tmp_path / "double.py"
    path.write_text(text)
    with pytest.raises(SourceError) as raised:
        read_answers(path)
    assert f"double.py:{said}" in str(raised.value)
