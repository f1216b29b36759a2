"""What a learner tries out in the cells of answers: other values for names that were bound before.

One answer to the first exercise of a page, which goes on to all later cells that readers have. In
it and in them, each solution is followed by another value for every global name of the page that
is not a part of the exercise, and for Python's own names, but not for what solutions alone need. A
page that goes on has those back that later cells read.
"""

import ast
import builtins
import re
import symtable
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from publishing.assemble.snippets import names_in
from publishing.assemble.support import RESERVED
from publishing.assemble.variants import Variant
from publishing.read.cells import Cell
from publishing.read.diagnostic import Line, join
from publishing.teaching.grades import Attempt, place

_OTHER = "globals().update(dict.fromkeys({names}, 'another value'))"
# Runs after the first check, and sees the variables of the notebook as `page`.
_REST = """
for line, source, raises, match in {cells!r}:
    name = f"<line {{line}}>"
    lines = source.splitlines(True)  # for inspect.getsource
    __import__("linecache").cache[name] = len(source), None, lines, name
    try:
        exec(compile(source, name, "exec"), page)
    except BaseException as error:
        if type(error).__name__ != raises or not __import__("re").search(match, str(error)):
            raise page["RestOfPage"](f"line {{line}}: {{type(error).__name__}}: {{error}}")
    else:
        if raises:
            raise page["RestOfPage"](f"line {{line}}: {{raises}} was expected")
"""


def overwriting(solved: Variant, exercise: str) -> dict[str, Attempt]:
    """The answer, by a description; none to an exercise that is not the first of its page."""
    first, later = cells(solved)
    if exercise != first[0]:
        return {}
    read = {name.name for cell in solved.code for name in names_in((*cell.support, *cell.lines))}
    return {"overwritten": Attempt(first[1], judge=_REST.format(cells=later), uses=frozenset(read))}


def cells(solved: Variant) -> tuple[tuple, list[tuple]]:
    """The first exercise, its answer, and the number, code, error and message of later cells."""
    visible = [cell for cell in solved.code if "hidden" not in cell.tags]
    first = next(index for index, cell in enumerate(visible) if cell.exercise)
    return (visible[first].exercise, _with_others(solved, visible[first])), [
        (
            cell.number,
            f"{join(cell.support)}\n{_with_others(solved, cell)}",
            cell.raises or "",
            cell.match or "",
        )
        for cell in visible[first + 2 :]
    ]


def overwritten(solved: Variant, exercise: str) -> list[str]:
    """The names that get another value: Python's and those of cells before, not the solution's."""
    index = place(solved, exercise)
    before = [cell for cell in solved.code[: index + 1] if "hidden" not in cell.tags]
    texts = [text for cell in before for text in (cell.support, cell.lines)][:-1]
    bound = {name.name for text in texts for name in names_in(text) if name.binds}
    own = {name.name for name in names_in(solved.code[index].lines) if name.binds}
    python = {name for name in vars(builtins) if not name.startswith("_")}
    python -= {"None", "True", "False"}
    python.discard("globals")  # with which a check gives names their values back
    bound -= needed(solved, exercise, answered=True) - needed(solved, exercise)
    bound -= _of_solutions(solved, index)
    return sorted((bound | python) - own - set(RESERVED))


def _of_solutions(solved: Variant, index: int) -> set[str]:
    """The names that solutions use and no later cell of a learner, and that are not given back.

    The answers here are solutions, which need them.
    """
    used = {True: set[str](), False: set[str]()}
    for number, cell in enumerate(solved.code):
        if "hidden" not in cell.tags and (cell.exercise or number > index):
            found = (*names_in(cell.lines), *(() if cell.exercise else names_in(cell.support)))
            used[bool(cell.exercise)] |= {name.name for name in found if not name.binds}
    support = solved.code[index].support
    given_back = " ".join(line.text for line in support if line.text.startswith("keep_names("))
    return used[True] - used[False] - set(re.findall(r"\w+", given_back))


def needed(solved: Variant, exercise: str, *, answered: bool = False) -> set[str]:
    """The names that a learner's notebook may need after an exercise, and with its solutions.

    They stand in later cells, or in statements before that bind one that does.
    """
    code = [cell for cell in solved.code if "hidden" not in cell.tags]
    at = next(index for index, cell in enumerate(code) if cell.exercise == exercise)
    before = _statements([(*cell.support, *cell.lines) for cell in code[:at]])
    before += _statements([code[at].support])
    given, *later = (
        cell.lines
        if answered or not cell.stubs
        else [replace(cell.lines[0], text=dict(cell.stubs)["is left"])]
        for cell in code[at:]
    )
    later = [(*cell.support, *text) for cell, text in zip(code[at + 1 :], later, strict=True)]
    before += _statements([given])
    found, more = set[str](), set().union(*map(_words, _statements(later)))
    if answered:
        more |= set().union(*map(_words, _statements([given])))
    while more - found:
        found |= more
        more = set().union(*(_words(node) for node in before if _words(node, binds=True) & found))
    return found


def _statements(texts: Iterable[Sequence[Line]]) -> list[str]:
    lines = [[line for line in text if not line.text.startswith("keep_names(")] for text in texts]
    return [statement for text in lines for statement in _apart(join(text))]


@cache
def _apart(code: str) -> list[str]:
    return [ast.unparse(node) for node in ast.parse(code).body]


@cache
def _words(statement: str, *, binds: bool = False) -> set[str]:
    """The global names in a statement, also those that a check asks for; or those that it binds."""
    tables, found = [symtable.symtable(statement, "statement", "exec")], set()
    for table in tables:  # which grows: scopes within scopes
        tables += table.get_children()
        for symbol in table.get_symbols():
            changes = symbol.is_assigned() or symbol.is_imported()
            if (table is tables[0] or symbol.is_global()) and (changes or not binds):
                found.add(symbol.get_name())
    for node in () if binds else ast.walk(ast.parse(statement)):
        match node:
            case ast.Call(args=[ast.Call(func=ast.Name("globals")), ast.Constant(str(name)), *_]):
                found.add(name)
    return found


def _with_others(solved: Variant, cell: Cell) -> str:
    other = _OTHER.format(names=overwritten(solved, cell.exercise)) if cell.exercise else ""
    return f"{join(cell.lines)}\n{other}"
