import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from publishing.source import SourceError, text
from publishing.tutorial import read_tutorial
from publishing.variants import Variant, exercise, not_implemented, script, solution, solved

TITLE = "# %% [markdown]\n# # Title\n\n"
SNIPPETS = {
    "losses": 'def loss(x, *, scale=2):\n    """The loss.\n\n    Of `x`.\n    """\n    return scale * x\n',
    "training": (
        'from snippets.losses import loss\n\n\ndef update(x):\n    r"""One step, \\eta."""\n    return loss(x)\n\n\n'
        "class State:\n    x = 1\n"
    ),
}
EXERCISE = """# %% exercise="double"
def double(x):
    ### BEGIN SOLUTION
    y = x
    return 2 * y
    ### END SOLUTION


### BEGIN SOLUTION
four = double(2)
### END SOLUTION
print("kept")

# %% check="double"
assert double(2) == four
"""


def tutorial(folder: Path, cells: str):
    (folder / "snippets").mkdir(exist_ok=True)
    for name, content in SNIPPETS.items():
        (folder / "snippets" / f"{name}.py").write_text(content)
    path = folder / "tiny.py"
    path.write_text(TITLE + cells, encoding="utf-8")
    return read_tutorial(path, "part/tiny")


def codes(variant: Variant) -> list[str]:
    return [text(cell.lines) for cell in variant.code]


def test_the_solved_variant_has_the_solution_and_no_markers(tmp_path):
    first, check = codes(solved(tutorial(tmp_path, EXERCISE), tmp_path / "snippets"))
    assert first == 'def double(x):\n    y = x\n    return 2 * y\n\n\nfour = double(2)\nprint("kept")'
    assert check == "assert double(2) == four"


def test_the_variant_to_work_in_raises_in_place_of_each_region(tmp_path):
    given = tutorial(tmp_path, EXERCISE)
    first, check = codes(exercise(given, tmp_path / "snippets"))
    lines = first.splitlines()
    assert lines[:2] == ["def double(x):", "    raise NotImplementedError("]
    assert first.count("raise NotImplementedError") == 2
    assert "\nraise NotImplementedError(" in first
    assert lines[-1] == 'print("kept")'
    assert check == "assert double(2) == four"
    names: dict = {}
    with pytest.raises(NotImplementedError, match=r"^Exercise double: write your code here"):
        exec(first, names)
    with pytest.raises(NotImplementedError):
        names["double"](1)


def test_an_exercise_carries_its_two_stubs_to_judge_and_other_cells_none(tmp_path):
    cells = solved(tutorial(tmp_path, "# %%\n1\n\n" + EXERCISE), tmp_path / "snippets").code
    assert [bool(cell.stubs) for cell in cells] == [False, True, False]
    raising, idle = dict(cells[1].stubs)["raises"], dict(cells[1].stubs)["does nothing"]
    assert raising == codes(exercise(tutorial(tmp_path, "# %%\n1\n\n" + EXERCISE), tmp_path / "snippets"))[1]
    assert idle == 'def double(x):\n    pass\n\n\npass\nprint("kept")'


IMPORTED = """# %% exercise="loss"
### BEGIN SOLUTION
from snippets.losses import loss
### END SOLUTION

# %% check="loss"
assert loss(1) == 2
"""


def test_a_region_that_imports_a_snippet_is_the_snippet_in_the_solved_variant(tmp_path):
    assert codes(solved(tutorial(tmp_path, IMPORTED), tmp_path / "snippets"))[0] == SNIPPETS["losses"].rstrip()


def test_a_region_that_imports_a_snippet_gives_its_signature_and_docstring(tmp_path):
    stub = codes(exercise(tutorial(tmp_path, IMPORTED), tmp_path / "snippets"))[0]
    assert stub.startswith('def loss(x, *, scale=2):\n    """The loss.\n\n    Of `x`.\n    """\n    raise NotImpl')
    names: dict = {}
    exec(stub, names)
    with pytest.raises(NotImplementedError):
        names["loss"](1)


def test_a_region_that_imports_several_functions_gives_each(tmp_path):
    both = IMPORTED.replace("import loss\n", "import loss\nfrom snippets.training import update\n")
    variant = solved(tutorial(tmp_path, both), tmp_path / "snippets")
    names: dict = {}
    exec(dict(variant.code[0].stubs)["does nothing"], names)
    assert names["loss"](1) is names["update"](1) is None
    assert names["update"].__doc__ == r"One step, \eta."


@pytest.mark.parametrize(
    "more",
    ["from snippets.losses import loss\nfour = loss(2)", "from snippets.losses import loss, loss\nimport math"],
)
def test_a_region_with_more_than_imports_of_functions_gives_nothing_away(tmp_path, more):
    cells = IMPORTED.replace("from snippets.losses import loss", more)
    assert codes(exercise(tutorial(tmp_path, cells), tmp_path / "snippets"))[0] == not_implemented(
        solved(tutorial(tmp_path, cells), tmp_path / "snippets").code[0].cell
    )


def test_a_region_that_imports_a_class_gives_nothing_away(tmp_path):
    cells = IMPORTED.replace("losses import loss", "training import State").replace("loss(1) == 2", "State.x")
    assert codes(exercise(tutorial(tmp_path, cells), tmp_path / "snippets"))[0].startswith("raise NotImplementedError")


def test_what_is_pasted_after_an_exercise_uses_the_readers_answer(tmp_path):
    cells = IMPORTED + "\n# %%\nfrom snippets.training import update\n\nupdate(1)\n"
    given = tutorial(tmp_path, cells)
    names: dict = {}
    exec("\n".join(codes(solved(given, tmp_path / "snippets"))), names)
    stub, _, update = codes(exercise(given, tmp_path / "snippets"))
    assert "def loss" in stub
    assert "def loss" not in update
    exec("def loss(x):\n    return 'mine'\n" + update, names)
    assert names["update"](1) == "mine"


BROKEN = {
    "arguments": "y = dict(\n    ### BEGIN SOLUTION\n    a=1, b=2\n    ### END SOLUTION\n)",
    "a decorated function": "@abs\n### BEGIN SOLUTION\ndef f(): pass\n### END SOLUTION",
    "a body indented more than its markers": "def f():\n### BEGIN SOLUTION\n    return 1\n### END SOLUTION",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_region_whose_stub_would_be_no_python_is_an_error_at_its_line(tmp_path, kind):
    given = tutorial(tmp_path, f'# %% exercise="a"\n{BROKEN[kind]}\n\n# %% check="a"\nassert True\n')
    with pytest.raises(SourceError) as raised:
        solved(given, tmp_path / "snippets")
    problem = raised.value.problems[0]
    marker = next(i for i, line in enumerate(given.path.read_text().splitlines(), 1) if "BEGIN" in line)
    assert (problem.path, problem.number) == (given.path, marker)
    assert "SyntaxError" in problem.message


def test_a_region_may_be_a_branch(tmp_path):
    cell = "if x:\n    y = 1\n### BEGIN SOLUTION\nelse:\n    y = 2\n### END SOLUTION"
    given = tutorial(tmp_path, f'# %% exercise="a"\n{cell}\n\n# %% check="a"\nassert True\n')
    assert codes(exercise(given, tmp_path / "snippets"))[0].startswith("if x:\n    y = 1\nraise NotImpl")


def test_a_line_of_a_stub_comes_from_the_marker_it_replaces(tmp_path):
    given = tutorial(tmp_path, EXERCISE)
    lines = exercise(given, tmp_path / "snippets").code[0].lines
    assert {line.number for line in lines if "Exercise double" in line.text} == {6, 12}
    assert lines[-1].number == 15
    assert [line.number for line in solution(given.cells[1])] == [5, 7, 8, 10, 11, 13, 15]


METADATA = EXERCISE + '\n# %% raises="TypeError" match="None" tags=["recap"]\n1 + None\n\n# %% alt="a"\n"b"\n'


def test_a_notebook_is_valid_and_keeps_ids_and_metadata(tmp_path):
    notebook = solved(tutorial(tmp_path, METADATA), tmp_path / "snippets").notebook()
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells] == [f"tiny-{index}" for index in range(5)]
    assert [dict(cell.metadata) for cell in notebook.cells] == [
        {},
        {"exercise": "double"},
        {"check": "double"},
        {
            "raises": "TypeError",
            "match": "None",
            "tags": ["recap", "raises-exception"],
            "jupyter": {"source_hidden": True},
        },
        {"alt": "a"},
    ]
    assert notebook.cells[0].source == "# Title"
    assert all(cell.outputs == [] and cell.execution_count is None for cell in notebook.cells[1:])


@pytest.mark.parametrize("make", [solved, exercise])
def test_two_calls_give_the_same_bytes(tmp_path, make):
    given = tutorial(tmp_path, METADATA)
    first, second = (nbformat.writes(make(given, tmp_path / "snippets").notebook()) for _ in range(2))
    assert first == second


def test_links_in_prose_are_passed_through_and_code_is_not(tmp_path):
    cells = '# %% [markdown]\n# See [that](that.py).\n\n# %%\n"[that](that.py)"\n'
    notebook = solved(tutorial(tmp_path, cells), tmp_path / "snippets").notebook(lambda target: target.upper())
    assert notebook.cells[1].source == "See [that](THAT.PY)."
    assert notebook.cells[2].source == '"[that](that.py)"'


def program(folder: Path, cells: str) -> str:
    return script(solved(tutorial(folder, cells), folder / "snippets"), "# the header\n")


def ran(folder: Path, cells: str) -> tuple[list[str], list[str]]:
    """The lines that the script of a tutorial prints and the files that it leaves, run in an empty folder."""
    source, empty = folder / "tiny-script.py", folder / "empty"
    source.write_text(program(folder, cells), encoding="utf-8")
    empty.mkdir()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", source], cwd=empty, capture_output=True, encoding="utf-8"
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines(), sorted(path.name for path in empty.iterdir())


def test_a_script_begins_with_the_header_and_reads_like_the_tutorial(tmp_path):
    source = program(tmp_path, "# %% [markdown]\n# Some prose.\n\n# %%\nx = 1\n")
    assert source.startswith("# the header\n")
    assert "# %% [markdown]\n# Some prose.\n" in source
    assert "### BEGIN" not in program(tmp_path, EXERCISE)


def test_a_comment_of_a_script_is_as_the_author_wrote_it(tmp_path):
    assert "\n# %time it, or\n# !ls\n" in program(tmp_path, "# %%\n# %time it, or\n# !ls\nx = 1\n")


def test_a_script_shows_what_the_notebook_shows(tmp_path):
    cells = """# %%
x = 3
x + 1  # the value

# %%
print("printed once")

# %%
sorted(
    [3, 1, 2],  # inside
)

# %%
y = 5; y

# %%
x + y;

# %%
'é' + 'ü'  # two bytes each

# %%
'''one
two'''

# %%
cat = 7
cat

# %%
# %time is only a comment
def f():
    return 1

# %%
(x
 + y)
"""
    shown, left = ran(tmp_path, cells)
    assert shown == ["4", "printed once", "[1, 2, 3]", "5", "éü", "one", "two", "7", "8"]
    assert left == []


def test_a_script_catches_the_errors_that_are_expected_and_goes_on(tmp_path):
    cells = """# %%
error = "a variable of the tutorial"

# %% raises="TypeError" match="unsupported"
if True:
    1 + None

# %% raises="SystemExit"
raise SystemExit("bye")

# %%
error
"""
    shown, _ = ran(tmp_path, cells)
    assert shown[0].startswith("TypeError, as expected: unsupported operand")
    assert shown[1:] == ["SystemExit, as expected: bye", "a variable of the tutorial"]


@pytest.mark.parametrize("cell", ["1 / 0", "x = 1"])
def test_a_script_fails_where_an_expected_error_is_another_or_none(tmp_path, cell):
    source = program(tmp_path, f'# %% raises="TypeError"\n{cell}\n')
    with pytest.raises((ZeroDivisionError, AssertionError)) as raised:
        exec(source, {})
    assert raised.type is ZeroDivisionError or "TypeError was expected" in str(raised.value)


def test_a_script_saves_its_figures_by_number(tmp_path):
    cells = """# %%
import matplotlib.pyplot as plt

# %% alt="a line"
plt.plot([1, 2])
plt.show()

# %% alt="another"
plt.plot([2, 1]); plt.show()  # on one line

# %%
plt.get_fignums()
"""
    shown, left = ran(tmp_path, cells)
    assert shown == ["[]"]
    assert left == ["tiny-1.png", "tiny-2.png"]


def test_a_script_has_the_snippets_that_it_uses(tmp_path):
    shown, _ = ran(tmp_path, "# %%\nfrom snippets.training import update\n\nupdate(21)\n")
    assert shown == ["42"]
