from pathlib import Path

import pytest

from publishing.snippet import Imported, Module
from publishing.source import Problem, SourceError, text


def module(folder: Path, content: str) -> Module:
    path = folder / "a.py"
    path.write_text(content, encoding="utf-8")
    return Module(path)


def problems(folder: Path, content: str) -> tuple[Problem, ...]:
    with pytest.raises(SourceError) as raised:
        module(folder, content)
    assert all(problem.path == folder / "a.py" for problem in raised.value.problems)
    return raised.value.problems


def test_definitions_are_found_by_name_with_their_lines(tmp_path):
    found = module(
        tmp_path,
        '"""Doc."""\n\nX = 1  # one\n\n\n# Why g.\n# Really.\n@wraps(X)\ndef g(x):\n    """G."""\n    return x\n\n\n'
        "class H(B):\n    y: Y = 1\n",
    ).pieces
    assert list(found) == ["X", "g", "H"]
    assert text(found["X"].lines) == "X = 1  # one"
    assert [line.number for line in found["g"].lines] == [6, 7, 8, 9, 10, 11]
    assert found["g"].lines[0].text == "# Why g."
    assert (found["X"].block, found["g"].block, found["H"].block) == (False, True, True)
    assert (found["g"].uses, found["H"].uses) == ({"wraps", "X"}, {"B", "Y"})


def test_a_comment_with_a_blank_line_below_belongs_to_no_definition(tmp_path):
    assert len(module(tmp_path, "# About all.\n\nX = 1\n").pieces["X"].lines) == 1


def test_a_tuple_is_one_piece_with_several_names(tmp_path):
    found = module(tmp_path, "A, (B, *C) = 1, (2, 3)\nD = E = 4\n").pieces
    assert found["A"] is found["B"] is found["C"]
    assert found["A"].names == ("A", "B", "C")
    assert found["D"].names == ("D", "E")


def test_variables_of_a_comprehension_are_no_names_of_the_module(tmp_path):
    found = module(tmp_path, "X = [i for i in range(3)]\n\ni = 3\n").pieces
    assert found["X"].names == ("X",)
    assert found["X"].uses == {"range"}


def test_imports_are_known_by_what_they_bind(tmp_path):
    found = module(
        tmp_path, "import jax, os.path as p\nimport jax.numpy as jnp\nfrom math import pi as PI, tau\n"
    ).imports
    assert {name: meaning.statement(name) for name, meaning in found.items()} == {
        "jax": "import jax",
        "p": "import os.path as p",
        "jnp": "import jax.numpy as jnp",
        "PI": "from math import pi as PI",
        "tau": "from math import tau",
    }
    assert found["tau"] == Imported("math", "tau")


SIGNATURES = {
    "def f():\n    pass\n": ("def f():", ""),
    "def f(x: A, /, y: B = 1, *z: C, k: D = 'a', **w: E) -> F:\n    pass\n": (
        "def f(x, /, y=1, *z, k='a', **w):",
        "",
    ),
    "def f(x=jax.nn.relu, y=-1, *, z=[A], w):\n    pass\n": ("def f(x=..., y=-1, *, z=..., w):", ""),
    'def f(x):\n    """One.\n\n    Two.\n    """\n    return x\n': ("def f(x):", '"""One.\n\n    Two.\n    """'),
    'def f(x):\n    r"""The angle \\alpha."""\n': ("def f(x):", 'r"""The angle \\alpha."""'),
}


@pytest.mark.parametrize("source", SIGNATURES)
def test_a_signature_needs_no_name_of_the_module_and_has_the_docstring_as_written(tmp_path, source):
    assert module(tmp_path, source).function("f") == SIGNATURES[source]


def test_only_functions_have_a_signature(tmp_path):
    found = module(tmp_path, "class A:\n    pass\n\n\nX = 1\n")
    assert (found.function("A"), found.function("X"), found.function("gone")) == (None, None, None)


REFUSED = {
    "from . import b": "relative",
    "from .b import g": "relative",
    "from __future__ import annotations": "__future__",
    "import jax.numpy": "short name",
    "import snippets": "modules cannot be pasted",
    "import snippets.b as b": "modules cannot be pasted",
    "from snippets import b": "modules cannot be pasted",
    "from snippets.b import g as h": "drop the `as`",
    "from snippets.b import *": "`*`",
    "def f():\n    pass; from snippets.b import g": "top level",
    "import publishing.source": "cannot be imported",
    "from tutorials.a import b": "cannot be imported",
    "print(1)": "definitions and constants",
    "assert True": "definitions and constants",
    "if True:\n    X = 1": "definitions and constants",
    "for i in []:\n    pass": "definitions and constants",
    "try:\n    import b\nexcept ImportError:\n    b = None": "definitions and constants",
    "with open('x') as X:\n    pass": "definitions and constants",
    "'a string'": "definitions and constants",
    "...": "definitions and constants",
    "q.x = 1": "definitions and constants",
    "q['x'] = 1": "definitions and constants",
    "q.x: int = 1": "definitions and constants",
    "A, q.x = 1, 2": "definitions and constants",
    "X += 1": "definitions and constants",
    "X = 1; Y = 2": "share a line",
    "q = 1": "already bound at line 3",
    "import q": "already bound at line 3",
    "def f():\n    global q": "already bound at line 3",
    "X = (": "SyntaxError",
    "X = '\\d'": "invalid escape",
}


@pytest.mark.parametrize("source", REFUSED)
def test_what_cannot_be_pasted_is_an_error_at_its_line(tmp_path, source):
    found = problems(tmp_path, f'"""Doc."""\n\ndef q(x):\n    return 1\n\n\n{source}\n')
    assert any(p.number in (7, 8) and REFUSED[source] in p.message for p in found)


def test_all_problems_of_a_module_are_told(tmp_path):
    assert [problem.number for problem in problems(tmp_path, "print(1)\nX = 1\nprint(2)\n")] == [1, 3]
