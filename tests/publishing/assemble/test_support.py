"""What stands before an exercise and in its check, beside what the author wrote there."""

import re

import pytest

from publishing.assemble.variants import solve, unsolve
from publishing.read.diagnostic import SourceError, join
from publishing.read.percent import read_tutorial

PAGE = """
# %%
import math
from snippets.values import one
x, y, z, w = 1, 2, 3, 4

# %% tags=["hidden"]
assert w == 4
secret = 5

# %% exercise="first"
### BEGIN SOLUTION
def double(v):
    return 2 * v
### END SOLUTION
y = 5

# %% check="first"
from snippets.asking import ask

_data = x
ask(double)
print("Doubled.")

# %%
z = 6
one(z + math.pi)

# %% exercise="second"
### BEGIN SOLUTION
eight = double(4)
### END SOLUTION

# %% check="second"
from snippets.asking import (
    ask,
    again,
)
from snippets.values import one
assert ask(eight) is None, again

# %%
def later():
    return x, double(eight)
"""


@pytest.fixture
def assembled(project):
    project.snippet("values", "def one(v):\n    return 1\n")
    project.snippet(
        "asking",
        "import io\n\nagain = 'again'\n\n\ndef ask(v):\n    return _told(v, io)\n\n\n"
        "def _told(v, to):\n    pass\n",
    )

    def assemble(text):
        path = project.tutorial("page", text)
        tutorial = read_tutorial(path, "page")
        return [make(tutorial, project.settings.snippets) for make in (solve, unsolve)]

    return assemble


def support(variant):
    return {cell.exercise: join(cell.support) for cell in variant.code if cell.support}


def test_the_snippets_of_checks_stand_once_before_the_first_exercise_in_both_variants(assembled):
    solved, student = assembled(PAGE)
    first, second = support(solved).values()
    assert support(student) == support(solved)
    assert first.count("def ask") == first.count("def _told") == first.count("import io") == 1
    assert first.count("again = 'again'") == 1
    assert "def one" not in first  # which the page shows already
    assert second.count("\n") == 0
    checks = [join(cell.lines).splitlines()[3:-3] for cell in solved.code if cell.check]
    assert checks[0] == ["    _data = x", "    ask(double)", '    print("Doubled.")']
    assert checks[1] == ["    assert ask(eight) is None, again"]


def test_kept_is_what_is_visible_before_needed_later_and_not_defined_by_the_exercise(assembled):
    first, second = support(assembled(PAGE)[0]).values()
    assert (
        first.splitlines()[-1]
        == 'keep_names(globals(), "first", "_told", "again", "ask", "io", "math", "one", "x")'
    )
    assert second == 'keep_names(globals(), "second", "_told", "again", "ask", "double", "io", "x")'


def kept(assembled, before, after, solution="answer = 1", check="assert answer", given=""):
    """The names that are kept before an exercise between two cells."""
    region = f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION\n{given}"
    exercise = f'# %% exercise="it"\n{region}\n\n# %% check="it"\n{check}\n'
    text = f"# %%\n{before}\n\n{exercise}\n# %%\n{after}\n"
    for variant in assembled(text):
        call = support(variant)["it"].splitlines()[-1]
    return re.findall(r'"(\w+)"', call)[1:]


def test_kept_are_names_that_functions_read_which_later_cells_or_what_an_exercise_gives_call(
    assembled,
):
    functions = "import math\nsize = 3\nunread = 4\ndef area(): return size * math.pi"
    functions += "\ndef shown(): return str(area())"
    assert kept(assembled, functions, "shown()") == ["area", "math", "shown", "size"]
    assert kept(assembled, functions, "size") == ["size"]
    calls = "def answer(): return area()"
    assert kept(assembled, functions, "answer()", given=calls) == ["area", "math", "size"]
    assert kept(assembled, functions, "answer()", calls) == []  # which only the solution calls
    assert kept(assembled, f"{functions}\nlater = [shown]", "later[0]()") == [
        "area",
        "later",
        "math",
        "size",
    ]
    assert kept(
        assembled, "import math\nclass Area:\n    def of(self): return math.pi", "Area().of()"
    ) == [
        "Area",
        "math",
    ]


def test_kept_are_names_that_a_later_cell_reads_before_it_binds_them_and_that_checks_ask_for(
    assembled,
):
    assert kept(assembled, "x = y = z = 1", "z = 2\nx += z\ny = x") == ["x"]
    assert kept(assembled, "x = y = z = 1", "def f(): return x\nz = f()") == ["x"]
    assert kept(
        assembled, "x = y = 1\ndef ask(names, name): pass", "", check='ask(globals(), "x")'
    ) == ["ask", "x"]


def test_a_check_is_a_function_so_that_it_binds_no_name_of_a_reader(assembled):
    text = """
# %% exercise="double-it"
### BEGIN SOLUTION
def double(v):
    return 2 * v
### END SOLUTION

# %% check="double-it"
import math as _math

global shown


# what is right
def _right(v, _scale=2):
    return _scale * v

def shown(): return [_math.pi, 1]

text = '''one
two {
'''
for _case in shown():
    assert double(_case) == _right(_case, _scale=2), (
        "first"
        "second"
    )
print(f'''{text
}''')

# %%
assert shown()[1] == 1
"""
    for variant in assembled(text):
        assert join(next(cell for cell in variant.code if cell.check).lines) == CHECK
    helpers = "def _right(v): return v\ntext, _math, _case, _scale = 4, 5, 6, 7\n"
    answer = helpers + "def double(v): return 2 * _right(v) + 0 * (text + _math + _case + _scale)\n"
    namespace = {"__name__": "__main__"}
    for cell in assembled(text)[0].code:
        exec(join(cell.support), namespace)
        exec(answer if cell.exercise else join(cell.lines), namespace)
    assert [namespace[name] for name in ("text", "_math", "_case", "_scale")] == [4, 5, 6, 7]
    assert namespace["_right"](3) == 3
    assert {*namespace} == {
        *("__name__", "__builtins__", "keep_names", "put_names_back", "kept_names", "double"),
        *("text", "_math", "_case", "_scale", "_right", "check_double_it", "shown"),
    }


CHECK = """\
def check_double_it():
    put_names_back(globals(), "double-it")

    import math as _math

    global shown


    # what is right
    def _right(v, _scale=2):
        return _scale * v

    def shown(): return [_math.pi, 1]

    text = '''one
two {
'''
    for _case in shown():
        assert double(_case) == _right(_case, _scale=2), (
            "first"
            "second"
        )
    print(f'''{text
}''')


check_double_it()"""


def test_an_exercise_that_defines_a_name_of_python_is_told_so(assembled):
    with pytest.raises(
        SourceError, match=r"`sum` is a name of Python, which it has back after an answer"
    ):
        assembled(PAGE.replace("y = 5", "sum = 5"))


def test_the_whole_notebook_runs_and_a_reader_may_skip_any_check(assembled):
    solved, _ = assembled(PAGE)
    for skipped in ((), ("first",), ("first", "second")):
        namespace = {"__name__": "__main__"}
        for cell in solved.code:
            exec(join(cell.support), namespace)
            if cell.check not in skipped or cell.check is None:
                exec(join(cell.lines), namespace)
        assert namespace["later"]() == (1, 16)


def test_a_notebook_has_it_as_a_folded_cell_before_the_exercise(assembled):
    for variant in assembled(PAGE):
        cells = variant.notebook().cells
        before = [cell for cell in cells if cell.id.endswith("-before")]
        assert [cell.source.splitlines()[0] for cell in before] == [
            "# @title Before `first`",
            "# @title Before `second`",
        ]
        assert all(
            cell.metadata == {"jupyter": {"source_hidden": True}, "cellView": "form"}
            for cell in before
        )
        following = [cells[cells.index(cell) + 1].metadata["exercise"] for cell in before]
        assert following == ["first", "second"]


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("z = 6", "ask = 6", "ask"),
        ("z = 6", "keep_names = 6", "keep_names"),
        ("z = 6", "kept_names = 6", "kept_names"),
        ("x, y, z, w =", "put_names_back, x, z, w =", "put_names_back"),
    ],
)
def test_a_tutorial_that_gives_a_name_of_its_checks_another_meaning_is_told_so(
    assembled, old, new, name
):
    with pytest.raises(
        SourceError, match=f"`{name}` is a name that checks use; call this otherwise"
    ):
        assembled(PAGE.replace(old, new))


def test_a_page_without_exercises_has_none_of_it(assembled):
    solved, _ = assembled("# %%\nkeep = 1\n")
    assert support(solved) == {}
