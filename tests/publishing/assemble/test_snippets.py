import ast
from pathlib import Path

import pytest

from publishing.assemble.snippets import Imported, Module, meanings, names, read_module
from publishing.read.diagnostic import Diagnostic, SourceError, join


def module(folder: Path, content: str) -> Module:
    path = folder / "a.py"
    path.write_text(content, encoding="utf-8")
    return read_module(path, "snippets", ("publishing", "tutorials"))


def diagnostics(folder: Path, content: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(SourceError) as raised:
        module(folder, content)
    assert all(diagnostic.path == folder / "a.py" for diagnostic in raised.value.diagnostics)
    return raised.value.diagnostics


def test_definitions_are_found_by_name_with_their_lines(tmp_path):
    found = module(
        tmp_path,
        '"""Doc."""\n\nX = 1  # one\n\n\n# Why g.\n# Really.\n@wraps(X)\n'
        'def g(x):\n    """G."""\n    return x\n\n\n'
        "class H(B):\n    y: Y = 1\n",
    ).pieces
    assert list(found) == ["X", "g", "H"]
    assert join(found["X"].lines) == "X = 1  # one"
    assert [line.number for line in found["g"].lines] == [6, 7, 8, 9, 10, 11]
    assert found["g"].lines[0].text == "# Why g."
    assert (found["X"].block, found["g"].block, found["H"].block) == (False, True, True)
    assert (found["g"].uses, found["H"].uses) == ({"wraps", "X"}, {"B", "Y"})


def test_a_module_may_end_with_what_it_does_as_a_program(tmp_path):
    found = module(tmp_path, 'def f():\n    pass\n\n\nif __name__ == "__main__":\n    f()\n')
    assert list(found.pieces) == ["f"]
    assert diagnostics(tmp_path, 'if __name__ == "__main__" or True:\n    f()\n')


def test_a_comment_with_a_blank_line_below_belongs_to_no_definition(tmp_path):
    assert len(module(tmp_path, "# About all.\n\nX = 1\n").pieces["X"].lines) == 1


def test_a_tuple_is_one_piece_with_several_names(tmp_path):
    found = module(tmp_path, "A, (B, *C) = 1, (2, 3)\nD = E = 4\n").pieces
    assert found["A"] is found["B"] is found["C"]
    assert found["A"].names == ("A", "B", "C")
    assert found["D"].names == ("D", "E")


def test_variables_of_a_comprehension_are_not_names_of_the_module(tmp_path):
    found = module(tmp_path, "X = [i for i in range(3)]\n\ni = 3\n").pieces
    assert found["X"].names == ("X",)
    assert found["X"].uses == {"range"}


def test_imports_are_known_by_what_they_bind(tmp_path):
    found = module(
        tmp_path,
        "import jax, os.path as p\nimport jax.numpy as jnp\nfrom math import pi as PI, tau\n",
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
    "def f(x=jax.nn.relu, y=-1, *, z=[A], w):\n    pass\n": (
        "def f(x=..., y=-1, *, z=..., w):",
        "",
    ),
    'def f(x):\n    """One.\n\n    Two.\n    """\n    return x\n': (
        "def f(x):",
        '"""One.\n\n    Two.\n    """',
    ),
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
    "import snippets": "its source is pasted",
    "import snippets.b as b": "its source is pasted",
    "from snippets import b": "its source is pasted",
    "from snippets.b import g as h": "its source is pasted",
    "from snippets.b import *": "its source is pasted",
    "def f():\n    pass; from snippets.b import g": "its source is pasted",
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
    "X = (": "SyntaxError",
    "X = '\\d'": "invalid escape",
}


@pytest.mark.parametrize("source", REFUSED)
def test_what_cannot_be_pasted_is_an_error_at_its_line(tmp_path, source):
    found = diagnostics(tmp_path, f'"""Doc."""\n\ndef q(x):\n    return 1\n\n\n{source}\n')
    assert any(p.number in (7, 8) and REFUSED[source] in p.message for p in found)


def test_all_diagnostics_of_a_module_are_told(tmp_path):
    assert [
        diagnostic.number for diagnostic in diagnostics(tmp_path, "print(1)\nX = 1\nprint(2)\n")
    ] == [1, 3]


def statement(source: str) -> ast.stmt:
    (node,) = ast.parse(source).body
    return node


BOUND = {
    "f = 1": {"f"},
    "f: int = 1": {"f"},
    "f += 1": {"f"},
    "f, (g, *h) = x": {"f", "g", "h"},
    "f = g = 1": {"f", "g"},
    "def f(a):\n    b = a": {"f"},
    "async def f():\n    pass": {"f"},
    "class f:\n    a = 1\n    def b(self): pass": {"f"},
    "for f in x:\n    g = f": {"f", "g"},
    "with a as f:\n    pass": {"f"},
    "(f := 1)": {"f"},
    "[f := y for y in x]": {"f"},
    "import f.g": {"f"},
    "from m import a as f": {"f"},
    "if x:\n    f = 1": {"f"},
    "try:\n    pass\nexcept E as f:\n    pass": {"f"},
    "match x:\n    case [f, *g]:\n        pass": {"f", "g"},
    "del f": {"f"},
    "def f():\n    global g\n    g = 1": {"f", "g"},
    "def f():\n    global g\n    import g": {"f", "g"},
    "def f():\n    def inner():\n        global g\n        g = 1": {"f", "g"},
    "type f = int": {"f"},
    "[f for f in x]": set(),
    "{f for f in x}": set(),
    "{f: g for f, g in x}": set(),
    "sum(f for f in x)": set(),
    "h = [[f for f in g] for g in x]": {"h"},
    "lambda: (f := 1)": set(),
    "f.x = 1": set(),
    "f[0] = 1": set(),
    "'a docstring'": set(),
    "print(f)": set(),
}


@pytest.mark.parametrize("source", BOUND)
def test_the_global_names_that_a_statement_binds(source):
    assert set(meanings(statement(source))) == BOUND[source]


USED = {
    "def f(x):\n    y = x\n    return y": set(),
    "def f(x):\n    return g(x)": {"g"},
    "def f(x):\n    LOSS = 2\n    return LOSS + x": set(),
    "def f(x=A):\n    pass": {"A"},
    "def f(x: A) -> B:\n    pass": {"A", "B"},
    "@a.b\ndef f():\n    pass": {"a"},
    "class f(A, metaclass=B):\n    c: C = D": {"A", "B", "C", "D"},
    "class f:\n    size = 2\n    other = size": set(),
    "class f:\n    def size(self):\n        return size(self)": {"size"},
    "def f():\n    def g():\n        return A\n    return g": {"A"},
    "def f(a):\n    def g():\n        return a\n    return g": set(),
    "def f(x):\n    return [K for i in x]": {"K"},
    "def f(x):\n    return {i: K for i in x}": {"K"},
    "def f(x):\n    return lambda a: a + K": {"K"},
    "A = [i for i in range(3)]": {"range"},
    "A = {i: j for i, j in B}": {"B"},
    "A = 1": set(),
    "def f[T](x: T) -> T:\n    return x": set(),
    "class f(A[B]):\n    def g(self):\n        return super().g()": {"A", "B", "super"},
    "def f(x):\n    return x.name": set(),
    "def f(x):\n    return f'{A}'": {"A"},
    "A = [y for y in y]": {"y"},  # the first iterable is looked up outside
    "class f[T]:\n    x: T = A": {"A"},
    "class f:\n    x = x\n    def g(self):\n        return x": {"x"},
    "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x += A": {"A"},
    "def f():\n    global g\n    g += 1": {"g"},
    "match A:\n    case B(x=y) if y:\n        pass": {"A", "B", "y"},
    "A = g(globals(), 'B', 'C')": {"g", "globals", "B"},  # asked for by its name
    "A = g({}, 'B') + g('B') + g(globals(), B)": {"g", "globals", "B"},
    "A = g(globals(), 3, 'C')": {"g", "globals"},
}


@pytest.mark.parametrize("source", USED)
def test_the_global_names_that_a_definition_uses(source):
    assert {name.name for name in names(statement(source)) if not name.binds} == USED[source]


def test_names_come_in_the_order_in_which_python_meets_them_with_their_lines():
    source = "for i in x:\n    y = f(\n        i\n    )\n\n\ndef g(z=y):\n    return h(z)\n"
    body = ast.parse(source).body
    assert [tuple(name) for node in body for name in names(node)] == [
        ("x", 1, False, False),
        ("i", 1, True, False),
        ("f", 2, False, False),
        ("i", 3, False, False),
        ("y", 2, True, False),
        ("y", 7, False, False),
        ("h", 8, False, True),
        ("g", 7, True, False),
    ]


def test_a_module_of_another_package_is_told_in_the_name_of_that_package(tmp_path):
    path = tmp_path / "a.py"
    path.write_text(
        "import lab.b\nfrom snippets.b import g as h\nimport course\n", encoding="utf-8"
    )
    with pytest.raises(SourceError) as raised:
        read_module(path, "lab", ("course",))
    assert [diagnostic.message for diagnostic in raised.value.diagnostics] == [
        "write `from lab.module import name` at the top level of a cell, on a line of its own,"
        " without `as` or `*`: its source is pasted.",
        "course cannot be imported here; a notebook must run without this repository.",
    ]


def test_a_module_is_read_again_once_its_file_has_changed(tmp_path):
    first = module(tmp_path, "X = 1\n")
    assert module(tmp_path, "X = 1\n") is first
    assert "Y" in module(tmp_path, "Y = 1\n").pieces
