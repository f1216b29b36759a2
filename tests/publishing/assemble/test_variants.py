from pathlib import Path

import nbformat
import pytest

from publishing.assemble.variants import Variant, solve, unsolve
from publishing.read.diagnostic import SourceError, join
from publishing.read.percent import read_tutorial

TITLE = "# %% [markdown]\n# # Title\n\n"
SNIPPETS = {
    "losses": 'def loss(x, *, scale=2):\n    """The loss.\n\n    Of `x`.\n    """\n'
    "    return scale * x\n",
    "training": (
        'from snippets.losses import loss\n\n\ndef update(x):\n    r"""One step, \\eta."""\n'
        "    return loss(x)\n\n\n"
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


CHECK = """\
def check_double():
    put_names_back(globals(), "double")

    assert double(2) == four


check_double()"""


def codes(variant: Variant) -> list[str]:
    return [join(cell.lines) for cell in variant.code]


def test_the_solved_variant_has_the_solution_and_no_markers(tmp_path):
    first, check = codes(solve(tutorial(tmp_path, EXERCISE), tmp_path / "snippets"))
    assert (
        first == 'def double(x):\n    y = x\n    return 2 * y\n\n\nfour = double(2)\nprint("kept")'
    )
    assert check == CHECK


def test_the_students_variant_raises_in_functions_and_binds_other_names_to_an_ellipsis(tmp_path):
    given = tutorial(tmp_path, EXERCISE)
    first, check = codes(unsolve(given, tmp_path / "snippets"))
    lines = first.splitlines()
    assert lines[:2] == ["def double(x):", "    raise NotImplementedError("]
    assert first.count("raise NotImplementedError") == 1
    assert (
        "\n# Exercise double: write your code here, then run the check below.\nfour = ..." in first
    )
    assert lines[-1] == 'print("kept")'
    assert check == CHECK
    names: dict = {}
    exec(first, names)
    assert names["four"] is ...
    with pytest.raises(NotImplementedError, match=r"^Exercise double: write your code here"):
        names["double"](1)


def test_an_exercise_carries_its_two_stubs_to_grade_and_other_cells_none(tmp_path):
    cells = solve(tutorial(tmp_path, "# %%\n1\n\n" + EXERCISE), tmp_path / "snippets").code
    assert [bool(cell.stubs) for cell in cells] == [False, True, False]
    left, idle = dict(cells[1].stubs)["is left"], dict(cells[1].stubs)["does nothing"]
    given = tutorial(tmp_path, "# %%\n1\n\n" + EXERCISE)
    assert left == codes(unsolve(given, tmp_path / "snippets"))[1]
    assert idle == 'def double(x):\n    pass\n\n\npass\nprint("kept")'


IMPORTED = """# %% exercise="loss"
### BEGIN SOLUTION
from snippets.losses import loss
### END SOLUTION

# %% check="loss"
assert loss(1) == 2
"""


def test_a_region_that_imports_a_snippet_is_the_snippet_in_the_solved_variant(tmp_path):
    assert (
        codes(solve(tutorial(tmp_path, IMPORTED), tmp_path / "snippets"))[0]
        == SNIPPETS["losses"].rstrip()
    )


def test_a_region_that_imports_a_snippet_gives_its_signature_and_docstring(tmp_path):
    stub = codes(unsolve(tutorial(tmp_path, IMPORTED), tmp_path / "snippets"))[0]
    assert stub.startswith(
        'def loss(x, *, scale=2):\n    """The loss.\n\n    Of `x`.\n    """\n    raise NotImpl'
    )
    names: dict = {}
    exec(stub, names)
    with pytest.raises(NotImplementedError):
        names["loss"](1)


def test_a_region_that_imports_several_functions_gives_each(tmp_path):
    both = IMPORTED.replace("import loss\n", "import loss\nfrom snippets.training import update\n")
    variant = solve(tutorial(tmp_path, both), tmp_path / "snippets")
    names: dict = {}
    exec(dict(variant.code[0].stubs)["does nothing"], names)
    assert names["loss"](1) is names["update"](1) is None
    assert names["update"].__doc__ == r"One step, \eta."


@pytest.mark.parametrize(
    "more",
    [
        "from snippets.losses import loss\nfour = loss(2)",
        "from snippets.losses import loss, loss\nimport math",
    ],
)
def test_a_region_with_more_than_imports_of_functions_gives_nothing_away(tmp_path, more):
    cells = IMPORTED.replace("from snippets.losses import loss", more)
    (first,) = codes(unsolve(tutorial(tmp_path, cells), tmp_path / "snippets"))[:1]
    assert "loss" not in first.replace("Exercise loss", "")
    assert "write your code here" in first


def test_a_region_in_a_class_binds_its_methods(tmp_path):
    method = "    def __call__(self):\n        return 1\n"
    cell = f"class A:\n    ### BEGIN SOLUTION\n{method}    ### END SOLUTION"
    given = tutorial(tmp_path, f'# %% exercise="a"\n{cell}\n\n# %% check="a"\nassert True\n')
    names: dict = {}
    exec(codes(unsolve(given, tmp_path / "snippets"))[0], names)
    assert vars(names["A"])["__call__"] is ...


def test_a_region_that_imports_a_class_gives_nothing_away(tmp_path):
    cells = IMPORTED.replace("losses import loss", "training import State").replace(
        "loss(1) == 2", "State.x"
    )
    assert codes(unsolve(tutorial(tmp_path, cells), tmp_path / "snippets"))[0].startswith(
        "raise NotImplementedError"
    )


def test_what_is_pasted_after_an_exercise_uses_the_readers_answer(tmp_path):
    cells = IMPORTED + "\n# %%\nfrom snippets.training import update\n\nupdate(1)\n"
    given = tutorial(tmp_path, cells)
    names: dict = {}
    exec(
        "\n".join(
            part
            for cell in solve(given, tmp_path / "snippets").code
            for part in map(join, (cell.support, cell.lines))
        ),
        names,
    )
    stub, _, update = codes(unsolve(given, tmp_path / "snippets"))
    assert "def loss" in stub
    assert "def loss" not in update
    exec("def loss(x):\n    return 'mine'\n" + update, names)
    assert names["update"](1) == "mine"


BROKEN = {
    "arguments": "y = dict(\n    ### BEGIN SOLUTION\n    a=1, b=2\n    ### END SOLUTION\n)",
    "a decorated function": "@abs\n### BEGIN SOLUTION\ndef f(): pass\n### END SOLUTION",
    "a body indented more than its markers": "def f():\n### BEGIN SOLUTION\n    return 1\n"
    "### END SOLUTION",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_region_whose_stub_would_not_be_python_is_an_error_at_its_line(tmp_path, kind):
    given = tutorial(
        tmp_path, f'# %% exercise="a"\n{BROKEN[kind]}\n\n# %% check="a"\nassert True\n'
    )
    with pytest.raises(SourceError) as raised:
        solve(given, tmp_path / "snippets")
    diagnostic = raised.value.diagnostics[0]
    marker = next(
        i for i, line in enumerate(given.path.read_text().splitlines(), 1) if "BEGIN" in line
    )
    assert (diagnostic.path, diagnostic.number) == (given.path, marker)
    assert "SyntaxError" in diagnostic.message


def test_a_region_may_be_a_branch(tmp_path):
    cell = "if x:\n    y = 1\n### BEGIN SOLUTION\nelse:\n    y = 2\n### END SOLUTION"
    given = tutorial(tmp_path, f'# %% exercise="a"\n{cell}\n\n# %% check="a"\nassert True\n')
    assert codes(unsolve(given, tmp_path / "snippets"))[0].startswith(
        "if x:\n    y = 1\nraise NotImpl"
    )


def test_a_line_of_a_stub_comes_from_the_marker_it_replaces(tmp_path):
    given = tutorial(tmp_path, EXERCISE)
    lines = unsolve(given, tmp_path / "snippets").code[0].lines
    assert {line.number for line in lines if "Exercise double" in line.text} == {6, 12}
    assert lines[-1].number == 15
    solution = solve(given, tmp_path / "snippets").code[0].lines
    assert [line.number for line in solution] == [5, 7, 8, 10, 11, 13, 15]


METADATA = (
    EXERCISE
    + '\n# %% raises="TypeError" match="None" tags=["recap"]\n1 + None\n\n# %% alt="a"\n"b"\n'
)


def test_a_notebook_is_valid_and_keeps_ids_and_metadata(tmp_path):
    notebook = solve(tutorial(tmp_path, METADATA), tmp_path / "snippets").notebook()
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells] == [
        "tiny-0",
        "tiny-1-before",
        *(f"tiny-{n}" for n in range(1, 5)),
    ]
    assert [dict(cell.metadata) for cell in notebook.cells] == [
        {},
        {"jupyter": {"source_hidden": True}, "cellView": "form"},
        {"exercise": "double"},
        {"check": "double", "jupyter": {"source_hidden": True}, "cellView": "form"},
        {
            "raises": "TypeError",
            "match": "None",
            "tags": ["recap", "raises-exception"],
            "jupyter": {"source_hidden": True},
        },
        {"alt": "a"},
    ]
    assert notebook.cells[0].source == "# Title"
    assert notebook.cells[3].source.startswith("# @title Check `double`\ndef check_double():")
    assert all(cell.outputs == [] and cell.execution_count is None for cell in notebook.cells[1:])


@pytest.mark.parametrize("make", [solve, unsolve])
def test_two_calls_give_the_same_bytes(tmp_path, make):
    given = tutorial(tmp_path, METADATA)
    first, second = (
        nbformat.writes(make(given, tmp_path / "snippets").notebook()) for _ in range(2)
    )
    assert first == second


def test_links_in_prose_are_passed_through_and_code_is_not(tmp_path):
    cells = '# %% [markdown]\n# See [that](that.py).\n\n# %%\n"[that](that.py)"\n'
    notebook = solve(tutorial(tmp_path, cells), tmp_path / "snippets").notebook(
        lambda target: target.upper()
    )
    assert notebook.cells[1].source == "See [that](THAT.PY)."
    assert notebook.cells[2].source == '"[that](that.py)"'


ABOUT = EXERCISE.replace('"double"\ndef', '"double" kind="build" minutes="10"\ndef')


@pytest.mark.parametrize("make", [solve, unsolve])
def test_what_is_told_of_an_exercise_is_in_the_metadata_of_its_cell(tmp_path, make):
    exercise = make(tutorial(tmp_path, ABOUT), tmp_path / "snippets").notebook().cells[2]
    assert exercise.metadata == {"exercise": "double", "kind": "build", "minutes": "10"}


HIDDEN = """# %%
from snippets.losses import loss

x = loss(1)

# %% tags=["hidden"]
from snippets.training import update

secret = x
assert update(1) == 2

# %% [markdown]
# The value is {{ secret }}.

# %%
from snippets.training import update

update(x)
"""


@pytest.mark.parametrize("make", [solve, unsolve])
def test_a_hidden_cell_runs_and_is_in_no_download(tmp_path, make):
    variant = make(tutorial(tmp_path, HIDDEN), tmp_path / "snippets")
    assert "secret = x" in codes(variant)[1]
    notebook = variant.notebook()
    assert [cell.id for cell in notebook.cells] == ["tiny-0", "tiny-1", "tiny-3", "tiny-4"]
    assert not any("secret = x" in cell.source for cell in notebook.cells)


@pytest.mark.parametrize("make", [solve, unsolve])
def test_what_is_pasted_into_a_hidden_cell_is_pasted_again_where_readers_need_it(tmp_path, make):
    variant = make(tutorial(tmp_path, HIDDEN), tmp_path / "snippets")
    assert ["def loss(" in code for code in codes(variant)] == [True, False, False]
    assert ["def update(" in code for code in codes(variant)] == [False, True, True]
    names: dict = {}
    for cell in variant.notebook().cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
    assert names["update"](2) == 4


def refusals(folder: Path, cells: str) -> list[tuple[int, str]]:
    """What keeps readers from running the cells: the line, and the name that they lack."""
    with pytest.raises(SourceError) as raised:
        solve(tutorial(folder, cells), folder / "snippets")
    return [
        (diagnostic.number, diagnostic.message.split("`")[1])
        for diagnostic in raised.value.diagnostics
    ]


A_HIDDEN = '# %% tags=["hidden"]\n'
NEEDS_HIDDEN = {
    "a name": (f"{A_HIDDEN}y = 1\n\n# %%\nx = y\n", 8),
    "an import": (f"{A_HIDDEN}import math\n\n# %%\nx = 1\nmath.pi\n", 9),
    "a snippet": (f"{A_HIDDEN}from snippets.losses import loss\n\n# %%\nloss(1)\n", 8),
    "what a snippet was pasted with": (
        f"{A_HIDDEN}from snippets.training import update\n\n# %%\nloss(1)\n",
        8,
    ),
    "a name in a function": (
        f"{A_HIDDEN}y = 1\n\n# %%\ndef f():\n    x = 1\n    return y + x\n",
        10,
    ),
    "a name in a function above": (
        f"# %%\ndef f():\n    return y\n\n{A_HIDDEN}y = 1\n\n# %%\nf()\n",
        6,
    ),
    "a name in a method": (
        f"{A_HIDDEN}y = 1\n\n# %%\nclass A:\n    def f(self):\n        return y\n",
        10,
    ),
    "a name in the body of a class": (f"{A_HIDDEN}y = 1\n\n# %%\nclass A:\n    z = y\n", 9),
    "a name in a lambda": (f"{A_HIDDEN}y = 1\n\n# %%\nf = lambda: y\n", 8),
    "a default": (f"{A_HIDDEN}y = 1\n\n# %%\ndef f(x=y):\n    pass\n", 8),
    "a decorator": (f"{A_HIDDEN}def y(f): return f\n\n# %%\n@y\ndef f():\n    pass\n", 8),
    "a name in a comprehension": (f"{A_HIDDEN}y = 1\n\n# %%\n[y + z for z in (1, 2)]\n", 8),
    "what a comprehension goes through": (f"{A_HIDDEN}y = [1]\n\n# %%\n[y for y in y]\n", 8),
    "a name in an f-string": (f"{A_HIDDEN}y = 1\n\n# %%\nprint(f'{{y}}')\n", 8),
    "a name that it changes": (f"{A_HIDDEN}y = 1\n\n# %%\ny += 1\n", 8),
    "a name that it binds too late": (f"{A_HIDDEN}y = 1\n\n# %%\nx = y\ny = 2\n", 8),
    "a name that a later cell binds": (f"{A_HIDDEN}y = 1\n\n# %%\nx = y\n\n# %%\ny = 2\n", 8),
    "a name that it bound otherwise": (f"# %%\ny = 1\n\n{A_HIDDEN}y = 2\n\n# %%\nx = y\n", 11),
    "a name in a branch": (f"{A_HIDDEN}y = 1\n\n# %%\nif True:\n    y = y + 1\n", 9),
    "a name in a loop": (
        f"{A_HIDDEN}y = 1\n\n# %%\nfor x in [1]:\n    print(\n        y\n    )\n",
        10,
    ),
    "a name in a check": (
        f"{A_HIDDEN}y = 1\n\n" + EXERCISE.replace("== four", "== four + 0 * y"),
        21,
    ),
    "a name in a solution": (f"{A_HIDDEN}y = 1\n\n" + EXERCISE.replace("    y = x\n", ""), 10),
    "a name of a builtin": (f"{A_HIDDEN}def sum(y): pass\n\n# %%\nsum([1])\n", 8),
}


@pytest.mark.parametrize("kind", NEEDS_HIDDEN)
def test_a_visible_cell_that_needs_a_hidden_one_is_an_error_at_its_line(tmp_path, kind):
    cells, number = NEEDS_HIDDEN[kind]
    name = (
        "math"
        if "import math" in cells
        else "loss"
        if "snippets" in cells
        else "sum"
        if "sum" in cells
        else "y"
    )
    assert refusals(tmp_path, cells) == [(number, name)]


def test_a_name_that_only_a_hidden_cell_has_is_told_with_the_line_of_that_cell(tmp_path):
    given = tutorial(tmp_path, f"{A_HIDDEN}y = 1\n\n# %%\ny\n")
    with pytest.raises(
        SourceError,
        match="uses `y`, which the hidden cell at line 4 defines; readers do not have that",
    ):
        solve(given, tmp_path / "snippets")


def test_all_uses_of_hidden_names_are_told(tmp_path):
    assert refusals(tmp_path, f"{A_HIDDEN}y, z = 1, 2\n\n# %%\ny\nx = z\n") == [(8, "y"), (9, "z")]


ONLY_NOTEBOOKS = {
    "its shell": ("get_ipython().run_line_magic('ls', '')", "get_ipython"),
    "its shell, imported": ("from IPython import get_ipython", "get_ipython"),
    "its shell in a function": ("f = lambda: get_ipython()", "get_ipython"),
    "its display": ("display(1)", "display"),
    "its display in a loop": ("for _ in [1]: display(1)", "display"),
    "an earlier output": ("Out[1]", "Out"),
    "an earlier input": ("print(In[1])", "In"),
    "the last output": ("_ + 1", "_"),
}


@pytest.mark.parametrize("kind", ONLY_NOTEBOOKS)
def test_what_notebooks_have_and_scripts_lack_is_an_error_at_its_line(tmp_path, kind):
    code, name = ONLY_NOTEBOOKS[kind]
    assert refusals(tmp_path, f"# %%\nx = 1\n{code}\n") == [(6, name)]
    solve(tutorial(tmp_path, f"{A_HIDDEN}{code}\n\n# %%\n1\n"), tmp_path / "snippets")


@pytest.mark.parametrize(
    "code",
    [
        "from IPython.display import display\ndisplay(1)",
        "def display(x): print(x)\ndisplay(1)",
        "for _ in range(2): print(_)",
        "f = lambda _, In: (_, In)",
        "[_ for _ in []]",
        "_, Out = 1, 2\nprint(Out)",
    ],
)
def test_a_name_of_notebooks_may_be_bound_by_the_tutorial(tmp_path, code):
    assert codes(solve(tutorial(tmp_path, f"# %%\n{code}\n"), tmp_path / "snippets")) == [code]


def test_a_snippet_that_needs_a_notebook_is_an_error_at_its_line(tmp_path):
    given = tutorial(tmp_path, "# %%\nfrom snippets.shell import show\n\nshow(1)\n")
    (tmp_path / "snippets/shell.py").write_text("def show(x):\n    return get_ipython().ev(x)\n")
    with pytest.raises(SourceError, match=r"shell.py:1: `show` uses `get_ipython`"):
        solve(given, tmp_path / "snippets")


NOT_HIDDEN = {
    "one that sees all": f"# %%\ny = 1\n\n{A_HIDDEN}assert y == 1\n\n# %%\ny\n",
    "one that needs another": f"{A_HIDDEN}y = 1\n\n{A_HIDDEN}assert y == 1\n\n# %%\n1\n",
    "a name bound again": f"{A_HIDDEN}y = 1\n\n# %%\ny = 2\nx = y\n",
    "a loop of one's own": f"{A_HIDDEN}for y in []: pass\n\n# %%\nfor y in [1]:\n    print(y)\n",
    "a with of one's own": f"{A_HIDDEN}y = 1\n\n# %%\nwith open('x') as y:\n    print(y)\n",
    "a walrus of one's own": f"{A_HIDDEN}y = 1\n\n# %%\nif (y := 2) and y > 1:\n    print(y)\n",
    "an import of one's own": f"{A_HIDDEN}import math\n\n# %%\nimport math\n\nmath.pi\n",
    "a comprehension's variable": f"{A_HIDDEN}y = 1\n\n# %%\n[y for y in [1]]\n"
    "sum(y for y in [1])\n",
    "a comprehension's variable, hidden": f"{A_HIDDEN}[y for y in [1]]\n\n# %%\n"
    "print(y if False else 1)\n",
    "an argument": f"{A_HIDDEN}y = 1\n\n# %%\ndef f(y):\n    return y\n",
    "a local variable": f"{A_HIDDEN}y = 1\n\n# %%\ndef f():\n    y = 2\n    return y\n",
    "a variable of a class": f"{A_HIDDEN}y = 1\n\n# %%\nclass A:\n    y = 2\n    z = y\n",
    "an attribute": f"{A_HIDDEN}y = 1\n\n# %%\nx = 1\nx.y\n",
    "a function that calls itself": f"{A_HIDDEN}def y(): pass\n\n# %%\ndef y():\n    return y()\n",
    "a function defined below": f"{A_HIDDEN}def y(): pass\n\n# %%\ndef f():\n    return y()\n\n"
    "# %%\ndef y(): pass\n",
    "what a function sees changed": f"# %%\ny = []\ndef f():\n    y.append(1)\n\n"
    f"{A_HIDDEN}y = []\nf()\n\n# %%\nf()\n",
    "a local name of a hidden function": f"{A_HIDDEN}def f():\n    y = 1\n\n# %%\ny = 1\ny\n",
    "a last one": f"# %%\ny = 1\ndef f(): return y\n\n{A_HIDDEN}y = 2\n",
    "a question about it": f"{A_HIDDEN}y = 1\n\n# %% [markdown]\n# It is {{{{ y }}}}.\n\n# %%\n1\n",
}


@pytest.mark.parametrize("kind", NOT_HIDDEN)
def test_a_cell_that_has_all_its_names_may_stand_beside_a_hidden_one(tmp_path, kind):
    solve(tutorial(tmp_path, NOT_HIDDEN[kind]), tmp_path / "snippets")


def test_the_place_of_a_use_in_a_snippet_is_in_the_snippet(tmp_path):
    cells = f"{A_HIDDEN}def abs(x): return 7\n\n# %%\nfrom snippets.sizes import size\n"
    given = tutorial(tmp_path, cells)
    path = tmp_path / "snippets/sizes.py"
    path.write_text("def size(x):\n    return abs(x)\n")
    with pytest.raises(SourceError) as raised:
        solve(given, tmp_path / "snippets")
    (diagnostic,) = raised.value.diagnostics
    assert (diagnostic.path, diagnostic.number) == (path, 2)


def test_the_folder_of_the_tutorials_and_this_package_cannot_be_imported(tmp_path):
    folder = tmp_path / "course/part"
    folder.mkdir(parents=True)
    (folder / "tiny.py").write_text(
        f"{TITLE}# %%\nimport course.part\nimport publishing\nimport tutorials\n"
    )
    with pytest.raises(SourceError) as raised:
        solve(read_tutorial(folder / "tiny.py", "part/tiny"), tmp_path / "snippets")
    assert [diagnostic.message.split()[0] for diagnostic in raised.value.diagnostics] == [
        "course.part",
        "publishing",
    ]
