"""Which cells of a page an answer can reach, and which statements before it these need."""

import ast
from collections.abc import Sequence, Set
from functools import cache

from publishing.assemble.snippets import bindings, names

_MAY_BIND = (ast.For, ast.While, ast.If, ast.Try, ast.Match, ast.Delete)


class _Code:
    """The global names that code reads before it binds them, looks up in a call, and writes."""

    def __init__(self, *body: ast.stmt) -> None:
        self.reads: set[str] = set()
        self.later: set[str] = set()
        self.binds: set[str] = set()
        for name in (name for node in body for name in names(node)):
            if name.binds:
                self.binds.add(name.name)
            elif name.name not in self.binds:
                (self.later if name.later else self.reads).add(name.name)
        tree = ast.Module(list(body), type_ignores=[])
        self.later |= {name for node in ast.walk(tree) if (name := _asked(node))}
        imports = [
            node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))
        ]
        self.imports = {name: module for node in imports for name, module in bindings(node)}
        changed = {name for node in ast.walk(tree) if (name := _changed(node))}
        known = self.reads | self.later | self.binds  # others are local to a function
        self.changes = changed & known - self.imports.keys()
        self.function = isinstance(body[0], (ast.FunctionDef, ast.ClassDef)) if body else False
        self.certain = not any(isinstance(node, _MAY_BIND) for node in body)  # to bind its names


def _asked(node: ast.AST) -> str | None:
    """The name in `globals()["name"]`."""
    match node:
        case ast.Subscript(ast.Call(ast.Name("globals")), ast.Constant(str(name))):
            return name
    return None


def _changed(node: ast.AST) -> str | None:
    """The name of what is changed in place, by `a[0] = 1`, `a.b = 1` or `a.append(1)`."""
    if (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
    ):
        node = node.value.func
    elif not isinstance(node, (ast.Subscript, ast.Attribute)) or isinstance(node.ctx, ast.Load):
        return None
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def reached(
    before: Sequence[str], answers: Sequence[str], check: str, after: Sequence[str]
) -> list[int]:
    """The indices of the cells after an exercise that an answer can reach, and what these need.

    An answer reaches a cell that reads a name whose value may be another than with the solution,
    and through it the cells that read what it writes. All of this is read from the text.

    Args:
      before: the code cells before the exercise.
      answers: the answer and the solution.
      check: the code cell of the check.
      after: the code cells after it.
    """
    earlier = [code for cell in before for code in _statements(cell)]
    imports = {name: module for code in earlier for name, module in code.imports.items()}
    different: set[str] = set()
    for code in (code for cell in answers for code in _statements(cell)):
        same = {name for name, module in code.imports.items() if imports.get(name) == module}
        different |= (code.binds - same) | (code.changes - imports.keys())
    different |= _functions(earlier, different)
    cells = [_statements(cell) for cell in (check, *after)]
    wanted = set()
    for index, code in ((index, code) for index, cell in enumerate(cells) for code in cell):
        if (code.reads | code.later) & different:
            wanted.add(index)
            different |= code.binds | (code.changes - imports.keys())
        else:
            different -= code.binds
    needed: set[str] = set()
    for index in reversed(range(len(cells))):
        code = _whole((check, *after)[index])
        if index in wanted or (code.binds | code.changes) & needed:
            wanted.add(index)
            needed = (needed - code.binds) | ((code.reads | code.later) - imports.keys())
    return [index - 1 for index in sorted(wanted) if index]


@cache  # each answer asks again for the cells of its page
def _statements(cell: str) -> list[_Code]:
    return [_Code(node) for node in ast.parse(cell).body]


@cache
def _whole(cell: str) -> _Code:
    return _Code(*ast.parse(cell).body)


def needed(
    before: Sequence[str], uses: Sequence[str], names: Set[str] = frozenset()
) -> frozenset[tuple[int, int]]:
    """The statements that code needs of the cells before it, as places of a cell and in it.

    These bind or change what the code uses, or one of these names, or what such a statement uses.
    """
    wanted = set(names).union(*(code.reads | code.later for code in map(_whole, uses)))
    bound = set().union(*(code.binds for cell in before for code in _statements(cell)))
    return _needed(tuple(before), frozenset(wanted & bound))


def _effects(codes: Sequence[_Code]) -> dict[str, set[str]]:
    """What functions of a page change in place, by their names; of those that they call, too."""
    functions = {name: code for code in codes if code.function for name in code.binds}
    effects = {name: set(code.changes) for name, code in functions.items()}
    for _ in functions:  # as long as a chain of calls may be
        for name, code in functions.items():
            effects[name].update(*(effects.get(other, ()) for other in code.later))
    return effects


@cache
def _needed(before: tuple[str, ...], names: frozenset[str]) -> frozenset[tuple[int, int]]:
    places = [
        (index, place, code)
        for index, cell in enumerate(before)
        for place, code in enumerate(_statements(cell))
    ]
    imports = {name for _, _, code in places for name in code.imports}
    effects = _effects([code for _, _, code in places])
    called: set[str] = set()  # functions look these up at any time, so all that binds them counts
    while True:
        found, later, wanted = set(), set(called), set(names)
        for index, place, code in reversed(places):
            # A call of a library may change it, unless it is about the page.
            changes = code.changes - (imports if code.reads - imports else set())
            changes = changes.union(*(effects.get(name, ()) for name in code.reads))
            if (code.binds | changes) & (wanted | called):
                found.add((index, place))
                wanted = (wanted - code.binds if code.certain else wanted) | code.reads | code.later
                later |= code.later
        if later == called:
            return frozenset(found)
        called = later


def _functions(statements: Sequence[_Code], names: set[str]) -> set[str]:
    """What statements bind that uses one of these names, or of those, when it is called."""
    found: set[str] = set()
    while True:
        more = {
            name
            for code in statements
            if code.later & (names | found) or code.reads & found
            for name in code.binds
        }
        if more <= found:
            return found
        found |= more
