from pathlib import Path

import pytest

from publishing.read.cells import regions
from publishing.read.diagnostic import SourceError, join
from publishing.read.percent import read_tutorial, read_tutorials

TEXT = """# %% [markdown]
# # The title
#
# Prose with `code`.

# %% tags=["recap"]
import math

# %% [markdown]
# More.


# %% exercise="double"
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


### BEGIN SOLUTION
four = double(2)
### END SOLUTION

# %% check="double"
assert double(2) == four

# %% raises="TypeError" match="\\d|unsupported"
1 + None

# %% alt="A line, from 0 to \\"one\\"" tags=["varies", "hidden"]
print(1)
"""


def write(folder: Path, content: str, name: str = "tiny.py") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def read(folder: Path, content: str):
    return read_tutorial(write(folder, content), "tiny")


def test_cells_come_in_order_with_kind_and_the_line_of_their_marker(tmp_path):
    cells = read(tmp_path, TEXT).cells
    assert [cell.code for cell in cells] == [False, True, False, True, True, True, True]
    written = TEXT.splitlines()
    assert all(written[cell.number - 1].startswith("# %%") for cell in cells)
    assert [cell.number for cell in cells][:4] == [1, 6, 9, 13]


def test_each_line_of_code_knows_where_it_was_written(tmp_path):
    tutorial = read(tmp_path, TEXT)
    written = TEXT.splitlines()
    for cell in tutorial.cells:
        for line in cell.lines:
            assert line.path == tutorial.path
            if cell.code:
                assert line.text == written[line.number - 1]
            else:
                assert line.text == written[line.number - 1].removeprefix("#").removeprefix(" ")


def test_markdown_loses_its_comment_signs_and_nothing_else(tmp_path):
    first = read(tmp_path, TEXT).cells[0]
    assert join(first.lines) == "# The title\n\nProse with `code`."


def test_metadata_is_read_as_it_was_meant(tmp_path):
    _, recap, _, exercise, check, raises, figure = read(tmp_path, TEXT).cells
    assert recap.tags == ("recap",)
    assert (exercise.exercise, exercise.check) == ("double", None)
    assert (check.exercise, check.check) == (None, "double")
    assert (raises.raises, raises.match) == ("TypeError", r"\d|unsupported")
    assert (figure.alt, figure.tags) == ('A line, from 0 to "one"', ("varies", "hidden"))


@pytest.mark.parametrize("match", [r"\(3,\)", r"\\d+", "a [b] {c}", "x=1, y", "`hk.transform`"])
def test_a_match_is_the_expression_between_the_quotes(tmp_path, match):
    cells = read(
        tmp_path, f'# %% [markdown]\n# # T\n\n# %% raises="TypeError" match="{match}"\n1 + None\n'
    ).cells
    assert cells[1].match == match.replace(r"\\", "\\")


def test_a_title_is_the_first_heading(tmp_path):
    assert read(tmp_path, TEXT).title == "The title"


def test_the_regions_of_a_cell_are_pairs_of_lines(tmp_path):
    exercise = read(tmp_path, TEXT).cells[3]
    assert regions(exercise) == [(1, 3), (6, 8)]


@pytest.mark.parametrize(
    "comment",
    [
        "# %s is a text",
        "# %H:%M",
        "# != here",
        "# ! note",
        "# a = % of b",
        "# cat is a pet",
        "# what?",
        "# + odd",
    ],
)
def test_a_comment_stays_a_comment_even_if_it_looks_like_a_magic(tmp_path, comment):
    cells = read(tmp_path, f"# %% [markdown]\n# # T\n\n# %%\n{comment}\nx = 1\n").cells
    assert join(cells[1].lines) == f"{comment}\nx = 1"


def test_a_file_from_windows_is_read_like_any_other(tmp_path):
    path = tmp_path / "tiny.py"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert read_tutorial(path, "tiny") == read(tmp_path, TEXT)


HEADS = {
    "a YAML header": "# ---\n# jupyter:\n#   kernelspec:\n#     name: python3\n# ---\n\n",
    "a licence": "# Copyright 2020 A.\n#\n# Licensed under the Apache License.\n\n",
    "a shebang": "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n",
    "a blank line": "\n",
    "a comment on markers": "# A cell begins with # %% or # In[1]:\n\n",
}


@pytest.mark.parametrize("head", HEADS)
def test_what_converters_and_lawyers_put_before_the_first_cell_is_left_out(tmp_path, head):
    moved = read(tmp_path, HEADS[head] + TEXT).cells
    by = HEADS[head].count("\n")
    assert [(cell.number - by, join(cell.lines)) for cell in moved] == [
        (cell.number, join(cell.lines)) for cell in read(tmp_path, TEXT).cells
    ]
    assert all(line.number > cell.number for cell in moved for line in cell.lines)
    with pytest.raises(SourceError) as raised:
        read(tmp_path, HEADS[head] + TEXT + "\n# %%\n1\n\n# %%time\n1\n")
    assert raised.value.diagnostics[0].number == by + TEXT.count("\n") + 5


@pytest.mark.parametrize("end", ["\n# %%\n", "\n# %%", "\n# %%\n\n\n"])
def test_an_empty_cell_at_the_end_as_jupyter_leaves_it_is_none(tmp_path, end):
    assert len(read(tmp_path, TEXT + end).cells) == len(read(tmp_path, TEXT).cells)


def test_a_cell_of_comments_at_the_end_is_one(tmp_path):
    assert (
        len(read(tmp_path, TEXT + "\n# %%\n# why\n").cells) == len(read(tmp_path, TEXT).cells) + 1
    )


def test_all_tutorials_are_named_by_their_path_and_come_in_order(tmp_path):
    simple = "# %% [markdown]\n# # T\n\n# %%\n1\n"
    for name in ("jax/b.py", "haiku/z.py", "jax/a.py"):
        write(tmp_path, simple, name)
    assert [tutorial.name for tutorial in read_tutorials(tmp_path)] == ["haiku/z", "jax/a", "jax/b"]


def test_names_that_differ_in_capital_letters_only_are_refused(tmp_path):
    write(tmp_path, TEXT, "jax/a.py")
    write(tmp_path, TEXT.replace("double", "twice"), "jax/A.py")
    with pytest.raises(SourceError, match=r"jax/A\.py:1: differs from .*jax/a\.py in capital"):
        read_tutorials(tmp_path)


def test_only_named_tutorials_are_read(tmp_path):
    write(tmp_path, TEXT, "a.py")
    write(tmp_path, "broken\n", "b.py")
    assert [tutorial.name for tutorial in read_tutorials(tmp_path, names=["a"])] == ["a"]


def test_checkpoints_of_jupyter_and_locks_of_editors_are_not_tutorials(tmp_path):
    write(tmp_path, TEXT, "a.py")
    write(tmp_path, TEXT, ".ipynb_checkpoints/a-checkpoint.py")
    (tmp_path / ".#a.py").symlink_to("nowhere")
    assert [tutorial.name for tutorial in read_tutorials(tmp_path)] == ["a"]


def test_what_is_not_a_file_of_text_is_told_by_its_name(tmp_path):
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "around").symlink_to(".")
    (tmp_path / "empty.py").touch()
    (tmp_path / "latin.py").write_bytes("# %% [markdown]\n# # Été\n".encode("latin-1"))
    with pytest.raises(SourceError) as raised:
        read_tutorials(tmp_path)
    assert [
        (diagnostic.path.name, diagnostic.number, diagnostic.message)
        for diagnostic in raised.value.diagnostics
    ] == [
        ("empty.py", 1, "must begin with a `# %%` line; only comments may stand before it."),
        ("folder.py", 1, "cannot be read (Is a directory)."),
        ("latin.py", 2, "is not UTF-8; save the file as UTF-8."),
        ("loop.py", 1, "cannot be read (Too many levels of symbolic links)."),
    ]


def test_the_diagnostics_of_all_files_are_told_at_once(tmp_path):
    write(tmp_path, '# %% [markdown]\n# # T\n\n# %% wrong="a"\n1\n\n# %% alas="b"\n1\n', "a.py")
    write(tmp_path, "print(1)\n", "b.py")
    with pytest.raises(SourceError) as raised:
        read_tutorials(tmp_path)
    assert [(p.path.name, p.number) for p in raised.value.diagnostics] == [
        ("a.py", 4),
        ("a.py", 7),
        ("b.py", 1),
    ]


def test_an_exercise_id_belongs_to_one_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, TEXT, "jax/a.py")
    write(tmp_path, TEXT, "jax/b.py")
    with pytest.raises(SourceError) as raised:
        read_tutorials(tmp_path)
    (diagnostic,) = raised.value.diagnostics
    assert str(diagnostic).startswith("jax/b.py:13:")
    assert "taken by jax/a.py" in diagnostic.message
