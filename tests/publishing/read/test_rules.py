import json
from pathlib import Path

import pytest

from publishing.read.diagnostic import Diagnostic, SourceError, join
from publishing.read.percent import read_tutorial
from publishing.read.prose import with_values

TITLE = "# %% [markdown]\n# # Title\n\n"
EXERCISE = '# %% exercise="one"\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n'
CHECK = '# %% check="one"\nassert x == 1\n'


def diagnostics(folder: Path, content: str, name: str = "tiny.py") -> tuple[Diagnostic, ...]:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError) as raised:
        read_tutorial(path, "tiny")
    assert all(diagnostic.path == path for diagnostic in raised.value.diagnostics)
    return raised.value.diagnostics


MARKERS = {
    'foo="x"': 'unknown key "foo"',
    'name="x"': 'unknown key "name"',
    'Alt="x"': 'unknown key "Alt"',
    "raises=TypeError": "cannot be read",
    'raises="TypeError': "cannot be read",
    'tags=["recap"': "cannot be read",
    "A title": "neither a key nor a value",
    'A title alt="x"': "neither a key nor a value",
    "exercise": "neither a key nor a value",
    "[code]": "neither a key nor a value",
    '[markdown] alt="x"': "this cell is Markdown",
    '[markdown] tags=["hidden"]': "this cell is Markdown",
    "[raw]": "raw",
    "[md]": "form of marker",
    'tags=["recaps"]': "unknown tag 'recaps'",
    'tags="recap"': "list",
    "tags=[1]": "list",
    'tags=[["recap"]]': "list",
    "exercise=true": "exercise must be a text",
    "alt=3": "alt must be a text",
    'alt=""': "not empty",
    'alt="  "': "not empty",
    r'alt="the angle \alpha"': "backslash twice",
    r'raises="TypeError" match="\bword"': "backslash twice",
    'raises="TypeError", match="x"': "raises must be a text",
    'exercise="Square Loss"': "not an id",
    'exercise="square_loss"': "not an id",
    'check="-a"': "not an id",
    'tags=["warns", "hide-output"]': "unknown tag 'hide-output'",
    'match="x"': "needs raises",
    'raises="TypeError" match="("': "not a regular expression",
    'exercise="one" check="one"': "not two",
    'check="one" raises="TypeError"': "not two",
    "time": "neither a key nor a value",
    'exercise="one" kind="guess"': "the kinds are predict, repair, build",
    'exercise="one" kind=""': "kind must be a text",
    'exercise="one" kind=["build"]': "kind must be a text",
    "exercise='one' minutes=10": "minutes must be a text",
    'exercise="one" minutes="0"': "from 1 to 60",
    'exercise="one" minutes="61"': "from 1 to 60",
    'exercise="one" minutes="5.5"': "from 1 to 60",
    'exercise="one" minutes="5 min"': "from 1 to 60",
    'kind="build"': "describe an exercise",
    'minutes="5"': "describe an exercise",
    'check="one" minutes="5"': "describe an exercise",
    'tags=["predictt"]': "unknown tag 'predictt'; the tags are recap, varies, hidden, cover",
    'exercise="one" tags=["hidden"]': "readers do not see a hidden cell",
    'check="one" tags=["hidden"]': "readers do not see a hidden cell",
    'tags=["hidden", "predict"]': "readers do not see a hidden cell",
    'tags=["plot", "hidden"]': "readers do not see a hidden cell",
}


@pytest.mark.parametrize("marker", MARKERS)
def test_a_marker_line_that_is_not_understood_is_an_error_at_its_line(tmp_path, marker):
    found = diagnostics(tmp_path, f"{TITLE}# %%\n1\n\n# %% {marker}\n# 1\n")
    assert [diagnostic.number for diagnostic in found] == [7]
    assert MARKERS[marker] in found[0].message


@pytest.mark.parametrize(
    "name",
    ["TypeError", "SystemExit", "TracerBoolConversionError", "print"],
)
def test_exceptions_of_python_and_of_libraries_may_be_expected(tmp_path, name):
    path = tmp_path / "tiny.py"
    path.write_text(f'{TITLE}# %% raises="{name}"\n1 / 0\n')
    assert read_tutorial(path, "tiny").cells[1].raises == name


OF_TOOLS = [
    'colab={"base_uri": "https://localhost/"} id="aB-1" outputId="9" executionInfo={"elapsed": 3}',
    'cellView="form" colab_type="code" id="b"',
    'jupyter={"source_hidden": true} editable=true deletable=false scrolled=true',
    'slideshow={"slide_type": "slide"} vscode={"languageId": "python"} pycharm={"name": "#%%"}',
    "jp-MarkdownHeadingCollapsed=true heading_collapsed=true hidden=true",
]


@pytest.mark.parametrize("marker", OF_TOOLS)
@pytest.mark.parametrize("kind", ["", "[markdown] "])
def test_what_colab_jupyter_and_editors_write_on_a_marker_line_means_nothing(
    tmp_path, marker, kind
):
    cell = read(tmp_path, f"# %% {kind}{marker}\n# x\n\n# %%\n1\n").cells[1]
    assert (cell.code, cell.tags, cell.alt) == (not kind, (), None)


def test_every_unknown_key_is_told(tmp_path):
    found = diagnostics(tmp_path, f'{TITLE}# %% b="1" a="2"\n1\n')
    assert [diagnostic.message.split(";")[0] for diagnostic in found] == [
        'unknown key "a"',
        'unknown key "b"',
    ]


FILES = {
    "empty": ("", 1, "must begin"),
    "text before the first marker": (
        "import jax\n\n" + TITLE + "# %%\n1\n",
        1,
        "only comments may stand before",
    ),
    "no marker": ("x = 1\n", 1, "must begin"),
    "code first": ("# %%\n1\n", 1, "# Title"),
    "no title": ("# %% [markdown]\n# Prose.\n\n# %%\n1\n", 1, "# Title"),
    "a heading of second order": ("# %% [markdown]\n# ## Part\n\n# %%\n1\n", 1, "# Title"),
    "a heading without text": ("# %% [markdown]\n# #\n\n# %%\n1\n", 1, "# Title"),
    "an empty first cell": ("# %% [markdown]\n\n# %%\n1\n", 1, "# Title"),
    "no code": (TITLE, 1, "no code cell"),
    "Markdown that is not a comment": (
        TITLE + "# %% [markdown]\nHello.\n\n# %%\n1\n",
        5,
        "comments",
    ),
    "a line of Markdown that is not a comment": (
        TITLE + "# %% [markdown]\n# Hello.\n#\n# You\nthere.\n\n# %%\n1\n",
        8,
        "comments",
    ),
    "Markdown in a string": (
        TITLE + '# %% [markdown]\n"""\nHello.\n"""\n\n# %%\n1\n',
        5,
        "comments",
    ),
    "a marker in a string": (TITLE + '# %%\n1\n\n# %%\ns = """\n# %% x\n"""\n', 9, "string"),
    "a marker in a fence": (
        TITLE + "# %% [markdown]\n# ```\n# %%\n# ```\n\n# %%\n1\n",
        9,
        "sees other cells",
    ),
    "a cell magic as a comment": (
        TITLE + "# %%\n1\n\n# %%time\n1\n",
        7,
        "`%%time` works in notebooks only",
    ),
    "a marker with three signs": (TITLE + "# %%\n1\n\n# %%%\n1\n", 7, "sees other cells"),
    "an indented marker": (
        TITLE + "# %%\nif x:\n    # %% y\n    z\n\n# %%\n1\n",
        6,
        "sees other cells",
    ),
    "a prompt of old exports": (TITLE + "# %%\n1\n\n# In[3]:\n1\n", 7, "sees other cells"),
    "an empty cell": (TITLE + "# %%\n\n# %%\n1\n", 4, "empty"),
    "an error of syntax": (TITLE + "# %%\nx = 1\nx = (\n", 6, "never closed"),
    "return outside a function": (TITLE + "# %%\nx = 1\nreturn x\n", 6, "outside function"),
    "a backslash in a label": (
        TITLE + '# %%\nx = 1\ny = "$\\eta$"\n',
        6,
        "invalid escape sequence '\\e'; write r\"...\".",
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_not_a_tutorial_is_an_error_at_the_line(tmp_path, kind):
    content, line, word = FILES[kind]
    found = diagnostics(tmp_path, content)
    assert [diagnostic.number for diagnostic in found] == [line]
    assert word in found[0].message


_TIME, _SHELL, _LEAVE = (
    "measure with",
    "do it in Python, or before",
    "leave it out, or write Python",
)
MAGICS = {  # and what to do instead
    "%matplotlib inline": _LEAVE,
    "%timeit f(x)": _TIME,
    "%time x = f(x)": _TIME,
    "%matplotlib": _LEAVE,
    "%config InlineBackend.figure_format = 'png'": _LEAVE,
    "%load_ext tensorboard": "leave it out, with the magics that it brings",
    "%%time": _TIME,
    "%%bash": _SHELL,
    "%%R": "the code of a tutorial is Python",
    "%%html": "write this in a Markdown cell",
    "%%javascript": "a page runs no script of a cell",
    "%%writefile a.py": "put the file beside the page",
    "!pip install optax": _SHELL,
    "! ls": _SHELL,
    "!./run.sh": _SHELL,
    "files = !ls": _SHELL,
    "result = %timeit -o f(x)": _TIME,
    "a, b = %who_ls": _LEAVE,
}


@pytest.mark.parametrize("magic", MAGICS)
@pytest.mark.parametrize("place", ["first", "last", "in a block"])
def test_a_magic_is_an_error_at_its_line_that_says_what_to_use(tmp_path, magic, place):
    cell = {
        "first": f"{magic}\nx = 1",
        "last": f"x = 1\n{magic}",
        "in a block": f"for x in []:\n    {magic}",
    }[place]
    (found,) = diagnostics(tmp_path, f"{TITLE}# %%\n{cell}\n")
    assert found.number == (5 if place == "first" else 6)
    way = f"works in notebooks only, and scripts lack it; {MAGICS[magic]}"
    assert found.message.startswith(f"`{magic}` {way}")


def test_a_cell_that_jupytext_marks_as_of_another_language_is_told_as_a_magic(tmp_path):
    (found,) = diagnostics(tmp_path, f'{TITLE}# %% language="R"\n# x <- 1\n')
    assert found.number == 5
    assert found.message.startswith("`%%R` works in notebooks only")


@pytest.mark.parametrize(
    "magic", [magic for magic in MAGICS if not magic.startswith(("%%", "! ", "a,"))]
)
@pytest.mark.parametrize("comment", ["# ", "#", "    # "])
def test_a_magic_of_which_jupytext_made_a_comment_is_an_error_at_its_line(tmp_path, magic, comment):
    (found,) = diagnostics(tmp_path, f"{TITLE}# %%\nif True:\n    x = 1\n{comment}{magic}\n")
    assert found.number == 7
    assert "works in notebooks only" in found.message


def test_a_magic_in_a_string_or_in_prose_is_text(tmp_path):
    text = "# %% [markdown]\n# %timeit\n# !ls\n\n# %%\nx = '''\n# %timeit f(x)\n# !ls\n'''\n"
    assert len(read(tmp_path, text).cells) == 3


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("SyntaxError", "1 +"),
        ("SyntaxError", "def f(:\n    pass"),
        ("SyntaxError", "return 1"),
        ("IndentationError", "def f():\n1"),
        ("TabError", "if 1:\n        1\n\t2"),
    ],
)
def test_a_cell_may_show_a_syntax_error_that_it_raises_and_no_other_may_have_one(
    tmp_path, kind, code
):
    cell = read(tmp_path, f'# %% raises="{kind}"\n{code}\n').cells[1]
    assert not cell.is_python
    (found,) = diagnostics(tmp_path, f'{TITLE}# %% raises="TypeError"\n{code}\n')
    assert found.message.startswith("SyntaxError: ")
    (found,) = diagnostics(tmp_path, f'{TITLE}# %% raises="{kind}"\n%timeit 1\n{code}\n')
    assert "works in notebooks only" in found.message
    assert read(tmp_path, f'# %% raises="{kind}"\ncompile({code!r}, "<cell>", "exec")\n').cells


PROSE = {
    "a script": ("<script>f()</script>", "has `<script>`"),
    "a style sheet": ("<style>p { color: red }</style>", "has `<style>`"),
    "a frame": ('<iframe src="https://a.b"></iframe>', "has `<iframe>`"),
    "a handler": ('<img src="a.png" onload="f()">', "has `onload=f()` in `<img>`"),
    "a link that runs": ('<a href="javascript:f()">a</a>', "leads to `javascript:f()`"),
    "such a link in Markdown": ("[a](javascript:f())", "leads to `javascript:f(`"),
    "a picture from elsewhere": (
        "![a](https://a.test/a.png)",
        "loads `https://a.test/a.png` from elsewhere",
    ),
    "a badge in a link": (
        "[![a](https://a.test/a.svg)](https://b.test)",
        "loads `https://a.test/a.svg` from elsewhere",
    ),
    "an attachment of a notebook": ("![a](attachment:a.png)", "leads to `attachment:a.png`"),
    "such a link by its name": ("[a]: JavaScript:f()", "leads to `JavaScript:f(`"),
    "an end of what is not open": ("</div>", "closes `</div>`"),
    "an element without an end": ("<b>bold", "does not close `<b>`"),
    "a sign that is read as an element": (
        "List<int> is shown as List.",
        "has `<int>`, which no page can have; write `&lt;int>`",
    ),
    "a comment without an end": ("<!-- to do", "without an end"),
}


def test_all_that_is_wrong_with_the_html_of_a_cell_is_told_at_once(tmp_path):
    both = "# ![a](https://a.test/a.svg) ![b](https://a.test/b.svg) ![a](https://a.test/a.svg)"
    content = f"# %% [markdown]\n{both}\n#\n# <iframe></iframe>\n\n# %%\n1\n"
    found = diagnostics(tmp_path, TITLE + content)
    assert [(each.number, each.message.split("`")[1]) for each in found] == [
        (5, "https://a.test/a.svg"),
        (5, "https://a.test/b.svg"),
        (7, "<iframe>"),
    ]


@pytest.mark.parametrize("kind", PROSE)
@pytest.mark.parametrize("after", ["", "\n#\n# More `code`."])
def test_html_in_prose_that_would_run_or_break_the_page_is_an_error_at_its_line(
    tmp_path, kind, after
):
    html, what = PROSE[kind]
    content = f"# %% [markdown]\n# ```\n# <i>\n# ```\n#\n# {html}{after}\n\n# %%\n1\n"
    (found,) = diagnostics(tmp_path, TITLE + content)
    assert found.number == 9
    assert found.message.startswith("the text ")
    assert what in found.message


@pytest.mark.parametrize(
    "prose",
    [
        "`<script>` and ``</div>``",
        "If $a<b$ then $$c<d$$",
        "<https://a.b/c> and <me@a.b>",
        "a < b, a <- b, 3<4",
        "{{ f(a<b) }}",
        "<details>\n# <summary>A</summary>\n#\n# B<br>\n#\n# </details>",
        "<!-- a <b> comment -->",
        '<a name="x"></a> <img src="a.png">',
        "A footnote.[^1]\n#\n# [^1]: Note: it is short",
    ],
)
def test_html_and_what_only_looks_like_it_may_stand_in_prose(tmp_path, prose):
    assert len(read(tmp_path, f"# %% [markdown]\n# {prose}\n\n# %%\n1\n").cells) == 3


def test_several_figures_have_a_text_each(tmp_path):
    assert read(tmp_path, '# %% alt=["One, two.", "Three"] tags=["plot"]\n1\n').cells[1].alt == [
        "One, two.",
        "Three",
    ]


@pytest.mark.parametrize(
    "alt", ["[]", '[""]', '["a", " "]', "[1]", '["a", ["b"]]', "3", '["a\\nb"]']
)
def test_a_figure_without_a_text_of_its_own_is_an_error(tmp_path, alt):
    (found,) = diagnostics(tmp_path, f"{TITLE}# %% alt={alt}\n1\n")
    assert (found.number, found.message.partition(" ")[0]) == (4, "alt")


EXERCISES = {
    "a region that is not closed": (
        EXERCISE.replace("### END SOLUTION\n", "") + CHECK,
        5,
        "not closed",
    ),
    "a region in a region": (
        EXERCISE.replace("x = 1", "### BEGIN SOLUTION\nx = 1") + CHECK,
        6,
        "open since line 5",
    ),
    "a region that was not opened": (
        EXERCISE.replace("### BEGIN", "### END").replace(
            "x = 1\n### END SOLUTION", "### BEGIN SOLUTION\nx = 1"
        )
        + "### END SOLUTION\n"
        + CHECK,
        5,
        "no `### BEGIN SOLUTION` opened",
    ),
    "a region closed twice": (
        EXERCISE + "### END SOLUTION\n" + CHECK,
        8,
        "no `### BEGIN SOLUTION` opened",
    ),
    "a region outside an exercise": (EXERCISE.replace(' exercise="one"', ""), 4, "not an exercise"),
    "a region in a check": (
        EXERCISE + CHECK + "### BEGIN SOLUTION\n### END SOLUTION\n",
        8,
        "not an exercise",
    ),
    "an exercise without a region": (
        '# %% exercise="one"\nx = 1\n' + CHECK,
        4,
        "without a solution region",
    ),
    "a misspelt region": (
        EXERCISE.replace("### BEGIN SOLUTION", "### BEGIN SOLUTIONS").replace(
            "### END SOLUTION", "# end"
        )
        + CHECK,
        4,
        "without a solution region",
    ),
    "an exercise without a check": (EXERCISE, 4, '# %% check="one"'),
    "an exercise with the check of another": (
        EXERCISE + CHECK.replace("one", "two"),
        4,
        '# %% check="one"',
    ),
    "code between an exercise and its check": (
        EXERCISE + "\n# %%\ny = 1\n\n" + CHECK,
        4,
        '# %% check="one"',
    ),
    "a check without an exercise": ("# %%\nx = 1\n\n" + CHECK, 7, '# %% exercise="one"'),
    "a check before its exercise": (CHECK + "\n" + EXERCISE, 4, '# %% exercise="one"'),
    "a second check": (EXERCISE + CHECK + "\n" + CHECK, 11, '# %% exercise="one"'),
    "a solution that is not code": (EXERCISE.replace("x = 1", "x ="), None, None),
}


@pytest.mark.parametrize("kind", EXERCISES)
def test_an_exercise_that_is_not_whole_is_an_error_at_the_line(tmp_path, kind):
    content, line, word = EXERCISES[kind]
    found = diagnostics(tmp_path, TITLE + content)
    if line is None:
        assert (found[0].number, found[-1].number, "SyntaxError" in found[-1].message) == (
            4,
            6,
            True,
        )
    else:
        assert any(diagnostic.number == line and word in diagnostic.message for diagnostic in found)


def test_an_exercise_id_stands_once_in_a_file(tmp_path):
    found = diagnostics(tmp_path, TITLE + EXERCISE + CHECK + "\n" + EXERCISE + CHECK)
    assert [(diagnostic.number, "line 4" in diagnostic.message) for diagnostic in found] == [
        (11, True)
    ]


def test_prose_may_stand_between_an_exercise_and_its_check(tmp_path):
    path = tmp_path / "tiny.py"
    path.write_text(TITLE + EXERCISE + "\n# %% [markdown]\n# Now check.\n\n" + CHECK)
    assert len(read_tutorial(path, "tiny").cells) == 4


@pytest.mark.parametrize("name", ["my page.py", "a.b.py", "x" * 60 + ".py"])
def test_a_file_name_must_do_as_an_address(tmp_path, name):
    found = diagnostics(tmp_path, TITLE + "# %%\n1\n", name)
    assert [(diagnostic.number, "name the file" in diagnostic.message) for diagnostic in found] == [
        (1, True)
    ]


def test_diagnostics_come_in_the_order_of_their_lines(tmp_path):
    found = diagnostics(
        tmp_path,
        "# %% [markdown]\n# Prose.\n\n" + CHECK + "\n# %%\nx = (\n\n# %%\n### END SOLUTION\n",
    )
    assert [diagnostic.number for diagnostic in found] == [1, 4, 8, 11]


def read(folder: Path, content: str):
    path = folder / "tiny.py"
    path.write_text(TITLE + content, encoding="utf-8")
    return read_tutorial(path, "tiny")


@pytest.mark.parametrize("kind", ["predict", "repair", "build"])
def test_an_exercise_may_say_its_kind_and_its_minutes(tmp_path, kind):
    cell = read(
        tmp_path, EXERCISE.replace('"one"', f'"one" kind="{kind}" minutes="60"') + CHECK
    ).cells[1]
    assert (cell.kind, cell.minutes) == (kind, "60")


@pytest.mark.parametrize(
    "tags", ['["plot"]', '["recap", "plot", "varies"]', '["hidden", "varies"]', '["cover", "plot"]']
)
def test_tags_that_go_together_are_read(tmp_path, tags):
    assert read(tmp_path, f'# %% tags={tags} alt="a"\n1\n').cells[1].tags == tuple(json.loads(tags))


@pytest.mark.parametrize(
    ("cells", "number", "message"),
    [
        ('# %% tags=["short"]\n' + "1\n" * 10, None, ""),
        ('# %% tags=["short"]\n' + "1\n\n\n" * 10, None, ""),
        ('# %% tags=["short"]\n' + "1\n" * 11, 4, "has 11 lines; keep the 10"),
        ('# %% tags=["short"]\n' + "1" * 60, None, ""),
        ('# %% tags=["short"]\n' + "1" * 61, 5, "has 61 characters; a phone shows 60"),
        ('# %%\n2\n\n# %% tags=["short"]\n1\n', 7, "is the second cell"),
        ('# %% [markdown]\n# More.\n\n# %% tags=["short"]\n1\n', 7, "is the second cell"),
        ('# %% tags=["short"]\n1\n\n# %% tags=["short"]\n2\n', 7, "is the second cell"),
    ],
)
def test_the_short_version_is_the_second_cell_and_short(tmp_path, cells, number, message):
    if number is None:
        assert read(tmp_path, cells).cells[1].tags == ("short",)
    else:
        assert [
            (one.number, message in one.message) for one in diagnostics(tmp_path, TITLE + cells)
        ] == [(number, True)]


PREDICT = '# %% tags=["predict"]\n1\n'


def test_a_question_may_stand_before_an_output_to_predict(tmp_path):
    assert read(tmp_path, f"# %% [markdown]\n# What comes out?\n#\n# Think.\n\n{PREDICT}").cells[
        2
    ].tags == ("predict",)


@pytest.mark.parametrize(
    ("before", "number"),
    [
        ("", 4),
        ("# %% [markdown]\n# It comes out.\n\n", 7),
        ("# %% [markdown]\n# What comes out?\n\n# %%\n2\n\n", 10),
        ("# %% [markdown]\n# What comes out?\n\n# %% [markdown]\n# Look.\n\n", 10),
        ("# %%\n# What comes out?\n2\n\n", 8),
    ],
)
def test_an_output_to_predict_without_a_question_before_it_is_an_error(tmp_path, before, number):
    found = diagnostics(tmp_path, TITLE + before + PREDICT)
    assert [
        (diagnostic.number, "ask them a question" in diagnostic.message) for diagnostic in found
    ] == [(number, True)]


WRONG_EXPRESSIONS = [
    "{{ x",
    "{{ x }",
    "{{ }}",
    "{{ x y }}",
    "{{ x = 1 }}",
    "{{ x! }}",
    "{{ 1 is 1 }}",
    "{{ (x := 1) }}",
    "{{ a}{b }}",
]


@pytest.mark.parametrize("text", WRONG_EXPRESSIONS)
def test_what_is_not_an_expression_between_braces_is_an_error_at_its_line(tmp_path, text):
    found = diagnostics(
        tmp_path,
        f"{TITLE}# %% [markdown]\n# It is {{{{ 1 }}}}\n# and {text} and\n# so on.\n\n# %%\n1\n",
    )
    assert [
        (diagnostic.number, "begins an expression" in diagnostic.message) for diagnostic in found
    ] == [(6, True)]


def test_expressions_and_braces_in_code_are_read(tmp_path):
    read(
        tmp_path,
        "# %% [markdown]\n# It is {{ loss:.3f }}, not `{{ loss` or $a_{{b}}$.\n\n# %%\nloss = 1\n",
    )


MEASURED = """{title}
# # Times
#
# {before}

# %% tags=["varies"]{alt}
print(1.0)

# %% [markdown]
# {after}

{code}
# %% [markdown]
# ## Next
#
# The fastest of all is elsewhere.
"""
ORDERED = {
    "before it": {"before": "Compiled, it is faster."},
    "after it": {"after": "The second takes twice as long."},
    "in its alt": {"alt": ' alt="The scan takes least."'},
    "behind another cell": {"code": "# %%\nx = 1\n\n# %% [markdown]\n# It is slower.\n\n"},
}
ASSERTED = '# %% tags=["hidden", "varies"]\nassert 1.0 < 2.0\n\n'


ORDERING = "Less least MORE most twice fastest slower longest shorter cheaper quicker lowest larger"


def measured(**texts: str) -> str:
    defaults = {"before": "Here is a time.", "after": "A time.", "alt": "", "code": ""}
    return MEASURED.format(title=TITLE.splitlines()[0], **{**defaults, **texts})


@pytest.mark.parametrize("where", ORDERED)
def test_a_text_that_orders_what_varies_needs_an_assertion_before_the_next_heading(tmp_path, where):
    texts = ORDERED[where]
    code = texts.get("code", "")
    only_hidden = ASSERTED.replace(', "varies"', "")
    for nothing in (
        "",
        only_hidden,
        ASSERTED.replace("assert", "bool").replace("1.0 < 2.0", "(1.0 < 2.0)"),
    ):
        found = diagnostics(tmp_path, measured(**texts | {"code": code + nothing}))
        assert ["its numbers vary" in str(diagnostic) for diagnostic in found] == [True]
    path = tmp_path / "tiny.py"
    path.write_text(measured(**texts | {"code": code + ASSERTED}), encoding="utf-8")
    assert read_tutorial(path, "tiny")


@pytest.mark.parametrize("word", ORDERING.split())
def test_each_word_that_orders_numbers_is_known(tmp_path, word):
    (found,) = diagnostics(tmp_path, measured(after=f"It is {word} here."))
    assert f'says "{word}"' in found.message


def test_a_text_that_orders_nothing_beside_what_varies_needs_none(tmp_path):
    path = tmp_path / "tiny.py"
    path.write_text(measured(), encoding="utf-8")
    assert read_tutorial(path, "tiny")


@pytest.mark.parametrize("text", ["`{{ loss }}`", "``a ` {{ loss:.3f }}``", "a `b\n# {{ c }} d`"])
def test_braces_in_a_code_span_which_shows_them_as_they_are_are_an_error(tmp_path, text):
    (found,) = diagnostics(tmp_path, f"{TITLE}# One\n# {text}\n\n# %%\nloss = 1\n")
    assert found.number == 5
    assert "`{{ ... }}` as it is; for a value write `<code>{{ ... }}</code>`" in found.message


def test_a_value_may_be_code_and_a_fence_may_show_braces(tmp_path):
    prose = "# # Title\n# <code>{{ n }}</code>\n#\n# ```\n# {{ n }}\n# ```\n"
    _, title, _ = read(tmp_path, f"# %% [markdown]\n{prose}\n# %%\n1\n").cells
    text = with_values(join(title.lines), iter(["a_b"]))
    assert text.count("{{ n }}") == 1
    assert "<code>a&#95;b</code>" in text


# A sign, and where it may stand: not even in prose, or not in code.
SIGNS = {
    **dict.fromkeys(
        "\u202e\u2066\u200b\u200e\ufeff\U000e0041\ue000\x1b\x9b\u2028\u3164\U000e0100", ""
    ),
    **dict.fromkeys("\u200d\u200c\u00ad", "prose"),
    **dict.fromkeys("é\u0301\ufe0f名🙂\u00a0\u2212", "prose code"),
}


@pytest.mark.parametrize("sign", SIGNS, ids=ascii)
def test_a_sign_that_is_not_seen_is_an_error_in_code_and_in_prose(tmp_path, sign):
    for place, cells in {
        "prose": f"# %% [markdown]\n# a{sign}b\n\n# %%\n1\n",
        "code": f'# %%\n# one\nx = "a{sign}b"\n',
    }.items():
        if place in SIGNS[sign]:
            read(tmp_path, TITLE + cells)
            continue
        (found, *_) = diagnostics(tmp_path, TITLE + cells)
        assert found.number == (5 if place == "prose" else 6)
        assert f"U+{ord(sign):04X}" in found.message


@pytest.mark.parametrize("entity", ["&#x202e;", "&#8238;", "&rlm;", "&ZeroWidthSpace;"])
def test_a_sign_that_is_not_seen_may_not_stand_in_prose_as_an_entity(tmp_path, entity):
    (found,) = diagnostics(tmp_path, f"{TITLE}# a\n# b{entity}c\n\n# %%\n1\n")
    assert found.number == 5
    assert "is not seen; remove it" in found.message
    read(tmp_path, f"{TITLE}# a&shy;b&zwj;c `{entity}`\n\n# %%\n1\n")


NAMES = (
    "\u0430 p\u0430rams \u03bf \u0391 \uff58 \U0001d431 \ufb01 \xb5 x\u2099 \u03f5 e\u0301 \u0445"
)


@pytest.mark.parametrize("name", NAMES.split(), ids=ascii)
def test_a_name_that_looks_like_another_is_an_error_at_its_line(tmp_path, name):
    (found,) = diagnostics(tmp_path, f"{TITLE}# %%\nx = 1\n{name} = 2\n")
    assert found.number == 6
    assert f"the name `{name}` is not what it looks like" in found.message


def test_names_in_other_alphabets_and_any_text_in_strings_may_be(tmp_path):
    names = "λ \u03c3_2 größe сумма данные 名前 Δx ñ"
    code = "\n".join(f'{name} = "{name}"  # {NAMES}' for name in names.split())
    read(tmp_path, f'{TITLE}# %%\n{code}\n"{NAMES}"\n')


def test_code_too_deep_for_python_is_an_error_and_not_a_crash(tmp_path):
    for code in ("-" * 100_000 + "1", "1" + "+1" * 100_000, "x" + "()" * 50_000):
        (found,) = diagnostics(tmp_path, f"{TITLE}# %%\n{code}\n")
        assert found.message == "SyntaxError: nested too deeply."


def test_a_line_that_uv_would_read_in_a_script_is_an_error(tmp_path):
    for code in ("# /// script", 'x = """\n# /// script\n# ///\n"""', "1\n# /// tool-1"):
        (found,) = diagnostics(tmp_path, f"{TITLE}# %%\n{code}\n1\n")
        assert "uv would read this line in the script to download" in found.message
    read(tmp_path, f"{TITLE}# /// script\n# ///\n\n# %%\nx = '# /// script'\n    \n# /// a b\n")


def test_text_that_would_take_markdown_minutes_is_an_error(tmp_path):
    for prose, message in {
        "word " * 2000 + "x": "a paragraph of 10,001 characters, and 10,000 is the limit",
        "![" * 2000: "opens 2,000 brackets and tags before the last is closed",
        "<a " * 1001: "opens 1,001 brackets and tags",
        "\n#\n# ".join(["{{ " * 30] * 40): "opens 2,400 brackets and tags",
    }.items():
        (found,) = diagnostics(tmp_path, f"{TITLE}# %% [markdown]\n# {prose}\n\n# %%\n1\n")
        assert (found.number, message in found.message) == (5, True)
    whole = "\n#\n# ".join(["word " * 1999, "[![a](b.png)](c.md) `<b>` {a} " * 300])
    read(tmp_path, f"{TITLE}# {whole}\n\n# %%\n1\n")
