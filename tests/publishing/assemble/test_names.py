import ast

import pytest

from publishing.names import bound_names, scopes, used_names


def table(source: str):
    (node,) = ast.parse(source).body
    return scopes(node)


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
    "print(f)": set(),
}


@pytest.mark.parametrize("source", BOUND)
def test_the_global_names_that_a_statement_binds(source):
    assert bound_names(table(source)) == BOUND[source]


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
}


@pytest.mark.parametrize("source", USED)
def test_the_global_names_that_a_definition_uses(source):
    assert used_names(table(source)) == USED[source]
