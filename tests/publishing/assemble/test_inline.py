from pathlib import Path

import pytest

from publishing.assemble.inline import Inliner
from publishing.read.diagnostic import Diagnostic, Line, SourceError, join

A_F = "def f(x):\n    return 1\n"


class Notebook:
    """Cells at known lines of `page.py`, with snippets beside it."""

    def __init__(self, folder: Path, package: str = "snippets", **snippets: str) -> None:
        for name, content in snippets.items():
            path = folder.joinpath(package, *name.split(".")).with_suffix(".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        self.inliner = Inliner(folder / package, ("publishing", "tutorials"))
        self.page = folder / "page.py"
        self.lines = 0

    def inline(self, source: str) -> tuple[Line, ...]:
        written = source.split("\n")
        self.lines += len(written)
        first = self.lines - len(written) + 1
        return self.inliner.inline(
            tuple(Line(line, self.page, first + i) for i, line in enumerate(written))
        )

    def run(self, *cells: str) -> dict:
        """What the cells leave when the notebook runs without the snippets."""
        names: dict = {"__builtins__": __builtins__}
        for cell in cells:
            exec(compile(join(self.inline(cell)), "cell", "exec"), names)
        return names

    def refusal(self, source: str) -> Diagnostic:
        with pytest.raises(SourceError) as raised:
            self.inline(source)
        return raised.value.diagnostics[0]


VALUES = {
    "a function": ("def f():\n    return 7\n", "f()"),
    "a constant": ("f = 7\n", "f"),
    "an annotated constant": ("f: int = 7\n", "f"),
    "a name out of a tuple": ("e, (f, *g) = 1, (7, 3)\n", "f"),
    "one of two targets": ("e = f = 7\n", "e"),
    "a class with bases": ("class A:\n    x = 7\n\n\nclass f(A):\n    pass\n", "f.x"),
    "a base of a base": (
        "class A:\n    x = 7\n\n\nclass B(A):\n    pass\n\n\nclass f(B):\n    pass\n",
        "f.x",
    ),
    "a decorator": (
        "def twice(g):\n    return lambda: 2 * g()\n\n\n@twice\ndef f():\n    return 3.5\n",
        "f()",
    ),
    "a default": ("SEVEN = 7\n\n\ndef f(x=SEVEN):\n    return x\n", "f()"),
    "an annotation": (
        "class A:\n    pass\n\n\ndef f(x: A | None = None) -> A:\n    return 7\n",
        "f()",
    ),
    "an annotation in a class": (
        "from typing import NamedTuple\n\nNumber = int\n\n\nclass f(NamedTuple):\n    x: Number\n",
        "f(7).x",
    ),
    "a helper": ("def _help(x):\n    return x + 1\n\n\ndef f():\n    return _help(6)\n", "f()"),
    "a helper defined below": (
        "def f():\n    return _help(6)\n\n\ndef _help(x):\n    return x + 1\n",
        "f()",
    ),
    "mutual recursion": (
        "def f(n=7):\n    return n and 1 + g(n - 1)\n\n\n"
        "def g(n):\n    return n and 1 + f(n - 1)\n",
        "f()",
    ),
    "recursion": ("def f(n=7):\n    return n and 1 + f(n - 1)\n", "f()"),
    "an inner function": (
        "K = 7\n\n\ndef f():\n    def g():\n        return K\n    return g()\n",
        "f()",
    ),
    "a comprehension": ("K = 7\n\n\ndef f():\n    return [K for _ in range(1)][0]\n", "f()"),
    "a comprehension at the top": ("K = 7\nf = [K for K in [K]][0]\n", "f"),
    "a type parameter": ("def f[T](x: T = 7) -> T:\n    return x\n", "f()"),
    "an import": ("import math as m\n\n\ndef f():\n    return m.floor(7.5)\n", "f()"),
    "a name of a module": (
        "from math import floor as down\n\n\ndef f():\n    return down(7.5)\n",
        "f()",
    ),
    "a coroutine": (
        "import asyncio\n\n\nasync def f():\n    await asyncio.sleep(0)\n    return 7\n",
        "f.__code__ and 7",
    ),
}


@pytest.mark.parametrize("kind", VALUES)
def test_pasted_code_needs_nothing_of_the_snippets(tmp_path, kind):
    source, expression = VALUES[kind]
    wanted = expression[0]
    names = Notebook(tmp_path, a=source).run(f"from snippets.a import {wanted}")
    assert eval(expression, names) == 7


def test_modules_that_import_modules_are_followed(tmp_path):
    notebook = Notebook(
        tmp_path,
        a="from snippets.b import g\n\n\ndef f(x):\n    return g(x) + 1\n",
        b="import math\n\nfrom snippets.c import K\n\n\ndef g(x):\n    return math.floor(x) + K\n",
        c="K = 4\nUNUSED = 5\n",
    )
    names = notebook.run("from snippets.a import f")
    assert names["f"](2.5) == 7
    assert "UNUSED" not in names


def test_a_pasted_cell_reads_as_an_author_would_write_it(tmp_path):
    notebook = Notebook(
        tmp_path,
        a='"""Doc."""\n\nimport numpy as np\nfrom math import pi\nimport jax\n\nX = 3\n\n\n'
        "# Why.\ndef f(x):\n"
        "    return np.sum(x) + X * pi\n",
    )
    assert join(notebook.inline("from snippets.a import f\n\nf(1)")).splitlines() == [
        "import numpy as np",
        "from math import pi",
        "",
        "X = 3",
        "",
        "",
        "# Why.",
        "def f(x):",
        "    return np.sum(x) + X * pi",
        "",
        "",
        "f(1)",
    ]


def test_code_around_an_import_keeps_two_lines_of_distance(tmp_path):
    notebook = Notebook(tmp_path, a=A_F)
    pasted = join(notebook.inline("import math\nfrom snippets.a import f\nimport os"))
    assert pasted == "import math\n\n\ndef f(x):\n    return 1\n\n\nimport os"


def test_a_comment_stays_above_the_code_that_takes_the_place_of_its_import(tmp_path):
    pasted = join(
        Notebook(tmp_path, a=A_F).inline("# The tested one.\nfrom snippets.a import f\n\nf(1)")
    )
    assert pasted == "# The tested one.\ndef f(x):\n    return 1\n\n\nf(1)"


def test_each_piece_is_pasted_once_in_a_notebook(tmp_path):
    notebook = Notebook(
        tmp_path,
        a="K = 2\n\n\ndef f():\n    return K\n\n\ndef g():\n    return K + f()\n",
        b="from snippets.a import f\n\n\ndef h():\n    return f()\n",
    )
    cells = [
        join(notebook.inline(cell))
        for cell in (
            "from snippets.a import f, f",
            "from snippets.a import g",
            "from snippets.b import h\nh()",
        )
    ]
    everything = "\n".join(cells)
    assert [everything.count(piece) for piece in ("K = 2", "def f(", "def g(", "def h(")] == [
        1,
        1,
        1,
        1,
    ]
    assert "def g(" in cells[1]


def test_a_cell_that_imports_again_keeps_the_rest_of_its_code(tmp_path):
    notebook = Notebook(tmp_path, a=A_F)
    notebook.inline("from snippets.a import f")
    assert join(notebook.inline("from snippets.a import f\n\nf(2)")) == "f(2)"


def test_an_import_that_the_tutorial_has_is_not_repeated(tmp_path):
    notebook = Notebook(
        tmp_path, a="import math\nimport cmath as c\n\n\ndef f(x):\n    return math.pi + c.pi\n"
    )
    notebook.inline("import math")
    pasted = join(notebook.inline("from snippets.a import f"))
    assert "import math" not in pasted.splitlines()
    assert "import cmath as c" in pasted.splitlines()


def test_an_import_of_a_module_that_is_not_used_is_left_out(tmp_path):
    notebook = Notebook(tmp_path, a="import math\nimport os\n\n\ndef f(x):\n    return math.pi\n")
    assert "os" not in join(notebook.inline("from snippets.a import f"))


@pytest.mark.parametrize(
    "body",
    [
        "    K = 1\n    return K",
        "    for K in [1]:\n        pass\n    return K",
        "    return [K for K in [1]]",
        "    return (lambda K: K)(1)",
        "    import os as K\n    return K",
        "    return x.K",
        "    return dict(K=1)",
        "    return 'K'",
    ],
)
def test_a_local_variable_does_not_drag_in_the_global_of_its_name(tmp_path, body):
    notebook = Notebook(tmp_path, a=f"K = 'a global'\n\n\ndef f(x=None):\n{body}\n")
    assert "a global" not in join(notebook.inline("from snippets.a import f"))


def test_a_global_that_a_function_shadows_elsewhere_is_still_pasted(tmp_path):
    notebook = Notebook(
        tmp_path,
        a="K = 7\n\n\ndef f():\n    def g():\n        K = 1\n        return K\n"
        "    return K + g()\n",
    )
    assert notebook.run("from snippets.a import f")["f"]() == 8


def test_every_line_knows_its_place_in_the_tutorial_or_the_snippet(tmp_path):
    snippet = "import math\n\nK = 1\n\n\n# Why.\ndef f(x):\n    return math.pi * K\n"
    notebook = Notebook(tmp_path, a=snippet)
    cell = "y = 1\nfrom snippets.a import (\n    f,\n)  # for later\n\nf(y)\nf(2)"
    lines = notebook.inline(cell)
    for line in lines:
        written = (cell if line.path == notebook.page else snippet).splitlines()
        assert line.text in ("import math", "") or line.text == written[line.number - 1]
    places = {line.text: (line.path.name, line.number) for line in lines}
    assert places["import math"] == ("a.py", 6)  # where the code begins that needs it
    assert places["    return math.pi * K"] == ("a.py", 8)
    assert places["f(2)"] == ("page.py", 7)


@pytest.mark.parametrize(
    "statement",
    [
        "from snippets.a import f  # why",
        "from snippets.a import (f)",
        "from snippets.a import \\\n    f",
        "from snippets.a import (\n    f,\n)",
    ],
)
def test_an_import_may_be_written_in_any_layout(tmp_path, statement):
    assert join(Notebook(tmp_path, a=A_F).inline(statement)) == A_F.rstrip()


FORMS = {
    "import snippets": (1, "its source is pasted"),
    "import snippets.a": (1, "its source is pasted"),
    "import snippets.a as y": (1, "its source is pasted"),
    "import os, snippets.a": (1, "its source is pasted"),
    "from snippets import a": (1, "its source is pasted"),
    "from snippets.a import f as g": (1, "its source is pasted"),
    "from snippets.a import *": (1, "its source is pasted"),
    "x = 1\ndef g():\n    from snippets.a import f": (3, "its source is pasted"),
    "class G:\n    from snippets.a import f": (2, "its source is pasted"),
    "if True:\n    from snippets.a import f": (2, "its source is pasted"),
    "try:\n    from snippets.a import f\nfinally:\n    pass": (2, "its source is pasted"),
    "z = 1; from snippets.a import f": (1, "its source is pasted"),
    "from snippets.a import f; z = 1": (1, "its source is pasted"),
    "z = '''\n'''; from snippets.a import f": (2, "its source is pasted"),
    "from . import a": (1, "relative"),
    "from .a import f": (1, "relative"),
    "x = 1\nfrom __future__ import annotations": (2, None),
    "from snippets.gone import f": (1, "no snippet module snippets.gone"),
    "from snippets.a.b import f": (1, "no snippet module snippets.a.b"),
    "from snippets.__init__ import f": (1, "no snippet module"),
    "from snippets.a import gone": (1, "it has f, public"),
    "import publishing": (1, "publishing cannot be imported"),
    "from publishing.read import cells": (1, "publishing.read cannot be imported"),
    "x = 1\nimport tutorials.a": (2, "tutorials.a cannot be imported"),
    "def g():\n    import publishing": (2, "publishing cannot be imported"),
}


@pytest.mark.parametrize("source", FORMS)
def test_an_import_that_cannot_be_pasted_is_an_error_at_its_line(tmp_path, source):
    number, word = FORMS[source]
    notebook = Notebook(tmp_path, a=A_F + "\n\ndef public():\n    pass\n\n\n_private = 1\n")
    diagnostic = notebook.refusal(source)
    assert (diagnostic.path, diagnostic.number) == (notebook.page, number)
    assert (word or "SyntaxError") in diagnostic.message


def test_a_name_that_no_module_of_snippets_defines_is_an_error_in_the_snippet(tmp_path):
    notebook = Notebook(tmp_path, a="\n\ndef f():\n    return gone\n")
    diagnostic = notebook.refusal("from snippets.a import f")
    assert (diagnostic.path.name, diagnostic.number) == ("a.py", 3)
    assert "`gone`" in diagnostic.message


def test_a_wrong_import_in_a_snippet_is_an_error_in_the_snippet(tmp_path):
    notebook = Notebook(
        tmp_path, a="from snippets.b import gone\n\n\ndef f():\n    return gone()\n", b="K = 1\n"
    )
    diagnostic = notebook.refusal("from snippets.a import f")
    assert (diagnostic.path.name, "`gone`" in diagnostic.message) == ("a.py", True)


REBOUND = [
    "f = 1",
    "f: int = 1",
    "f += 1",
    "f, g = 1, 2",
    "def f(): pass",
    "class f: pass",
    "for f in []: pass",
    "with open('x') as f: pass",
    "(f := 1)",
    "[f := i for i in []]",
    "import f",
    "import os as f",
    "from os import path as f",
    "if True:\n    f = 2",
    "try:\n    pass\nexcept OSError as f:\n    pass",
    "match 1:\n    case f: pass",
    "del f",
    "def g():\n    global f\n    f = 1",
    "def g():\n    global f\n    import f",
]


@pytest.mark.parametrize("statement", REBOUND)
def test_a_pasted_name_cannot_be_bound_again(tmp_path, statement):
    notebook = Notebook(tmp_path, a=A_F)
    notebook.inline("from snippets.a import f")
    diagnostic = notebook.refusal(statement)
    assert (diagnostic.path, diagnostic.number) == (notebook.page, 2)
    assert "`f` means something else since line 1" in diagnostic.message


@pytest.mark.parametrize("statement", [s for s in REBOUND if s not in ("f += 1", "del f")])
def test_a_name_that_the_tutorial_has_bound_cannot_be_pasted_over(tmp_path, statement):
    notebook = Notebook(tmp_path, a=A_F)
    notebook.inline(statement)
    diagnostic = notebook.refusal("from snippets.a import f")
    assert diagnostic.number == notebook.lines
    assert "`f`" in diagnostic.message


@pytest.mark.parametrize(
    "statement",
    [
        "def g(f):\n    return f",
        "def g():\n    f = 3\n    return f",
        "def g():\n    def f(): pass\n    return f",
        "class G:\n    f = 1",
        "[f for f in []]",
        "{f: f for f in []}",
        "lambda f: f",
        "print(f)",
        "x = dict(f=1)",
    ],
)
def test_a_pasted_name_may_be_used_and_shadowed(tmp_path, statement):
    notebook = Notebook(tmp_path, a=A_F)
    notebook.inline("from snippets.a import f")
    assert join(notebook.inline(statement)) == statement


CLASHES = {
    "a helper and a variable": ("K = 1", "def f():\n    return K\n\n\nK = 2\n", "`K`"),
    "a helper and an import": ("import K", "def f():\n    return K\n\n\nK = 2\n", "`K`"),
    "a helper of another module": (
        "from snippets.b import K",
        "def f():\n    return K\n\n\nK = 2\n",
        "`K`",
    ),
    "an import and a variable": (
        "np = 3",
        "import numpy as np\n\n\ndef f():\n    return np.pi\n",
        "`np`",
    ),
    "two imports": (
        "import jax.numpy as np",
        "import numpy as np\n\n\ndef f():\n    return np.pi\n",
        "`np`",
    ),
    "a builtin and a variable": ("sum = 3", "def f():\n    return sum([1])\n", "`sum`"),
    "a builtin and a function": ("def input(): pass", "def f():\n    return input()\n", "`input`"),
    "a builtin and an import": (
        "from math import pow",
        "def f():\n    return pow(2, 3)\n",
        "`pow`",
    ),
}


@pytest.mark.parametrize("kind", CLASHES)
def test_a_name_with_two_meanings_is_an_error_whichever_comes_first(tmp_path, kind):
    cell, snippet, word = CLASHES[kind]
    for number, cells in enumerate(
        [(cell, "from snippets.a import f"), ("from snippets.a import f", cell)]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        notebook = Notebook(folder, a=snippet, b="K = 3\n")
        notebook.inline(cells[0])
        diagnostic = notebook.refusal(cells[1])
        assert (diagnostic.path, diagnostic.number) == (notebook.page, 2)
        assert word in diagnostic.message


def test_the_tutorial_may_bind_its_own_names_again(tmp_path):
    notebook = Notebook(tmp_path, a=A_F)
    for cell in (
        "x = 1",
        "def x(): pass",
        "for x in []: pass",
        "sum = 3",
        "from snippets.a import f",
    ):
        notebook.inline(cell)
    assert join(notebook.inline("x = f(2)")) == "x = f(2)"


def test_a_fork_tries_a_text_without_leaving_a_trace(tmp_path):
    notebook = Notebook(tmp_path, a=A_F)
    line = Line("from snippets.a import f", notebook.page, 1)
    tried = notebook.inliner.fork().inline((line,))
    assert join(tried) == join(notebook.inline(line.text)) == A_F.rstrip()


def test_an_empty_cell_stays_empty(tmp_path):
    assert Notebook(tmp_path).inliner.inline(()) == ()


def test_the_package_has_the_name_of_its_folder_and_its_modules_may_lie_in_folders(tmp_path):
    modules = {
        "nets.mlp": "from lab.nets.init import scale\n\n\ndef f(x):\n    return scale(x) + 1\n",
        "nets.init": "from lab.constants import TWO\n\n\ndef scale(x):\n    return TWO * x\n",
        "constants": "TWO = 2\n",
    }
    assert Notebook(tmp_path, "lab", **modules).run("from lab.nets.mlp import f")["f"](3) == 7


def test_messages_name_the_package_and_the_module_of_another_package(tmp_path):
    notebook = Notebook(tmp_path, "lab", **{"nets.mlp": A_F})
    forms = {
        "import lab.nets.mlp": "`from lab.module import name`",
        "from lab import nets": "`from lab.module import name`",
        "from lab.nets import mlp": "there is no snippet module lab.nets.",
        "from lab.nets.mlp import gone": "lab.nets.mlp defines no `gone`; it has f.",
    }
    for source, words in forms.items():
        assert words in notebook.refusal(source).message
    notebook.inline("from lab.nets.mlp import f")
    assert "`f` means something else" in notebook.refusal("f = 1").message


def test_a_package_that_only_has_the_name_of_another_courses_snippets_is_imported_like_any_other(
    tmp_path,
):
    notebook = Notebook(tmp_path, "lab", a=A_F)
    assert join(notebook.inline("from snippets.a import f")) == "from snippets.a import f"


REBINDING = [
    ("from math import pi", "pi = 3"),
    ("import numpy as np", "np = 3"),
    ("from jax import random", "import random"),
    ("import json", "def json(): pass"),
    ("x = 1", "from math import pi as x"),
    ("import json", "for json in []: pass"),
]


@pytest.mark.parametrize("pair", REBINDING)
def test_a_tutorial_may_give_its_own_names_another_meaning_where_no_snippet_relies_on_them(
    tmp_path, pair
):
    notebook = Notebook(tmp_path, a=A_F)
    notebook.inline("from snippets.a import f")
    for cell in ("\n".join(pair), "\n".join(pair[::-1])):
        assert join(notebook.inline(cell)) == cell


@pytest.mark.parametrize("before", ["", "import math\n"])
def test_a_name_on_which_pasted_code_relies_keeps_its_meaning_before_and_after_it(tmp_path, before):
    notebook = Notebook(tmp_path, a="import math\n\n\ndef f():\n    return math.pi\n")
    notebook.inline(f"{before}from snippets.a import f")
    assert "`math` means something else since line" in notebook.refusal("math = 3").message
    notebook = Notebook(tmp_path)
    notebook.inline("import math\nmath = 3")
    assert (
        "`math` means something else since line 2"
        in notebook.refusal("from snippets.a import f").message
    )


def test_a_future_import_stays_as_it_is_written(tmp_path):
    assert join(
        Notebook(tmp_path).inline("from __future__ import annotations\n\nx: int = 1")
    ).startswith("from __fu")


def test_a_relative_import_in_a_snippet_counts_as_the_module_that_it_means(tmp_path):
    notebook = Notebook(tmp_path, a="from .b import K\n\n\ndef f():\n    return K\n", b="K = 1\n")
    assert notebook.run("from snippets.a import f", "x = f()")["x"] == 1
