"""Answers that give other values to names which later cells read: what a learner tries out in the answer's cell."""

import ast

from answers import exercises, lessons
from grades import Answer, going_on, place

from publishing.assemble.snippets import bindings, names
from publishing.assemble.variants import Variant
from publishing.read.problem import join

# Exercises whose page must go on after such an answer.
EXERCISES: tuple[str, ...] = ()

_OTHER = "overwritten"  # no page reads a text in a place of a value of its own


def overwritten(solved: Variant, exercise: str) -> list[str]:
    """The names that visible cells before an exercise bind, that later cells read, and that its solution does not bind.

    A try-out overwrites no import, and no name with an underscore in front, as checks have.
    """
    code, index = solved.code, place(solved, exercise)
    visible = [join(cell.lines) for cell in code[:index] if "hidden" not in cell.tags]
    bound = {name for text in visible for name, binds in _names(text) if binds}
    imports = {name for text in visible for name in _imports(text)}
    own = {name for name, binds in _names(join(code[index].lines)) if binds}
    read = {name for cell in code[index + 1 :] for name, binds in _names(join(cell.lines)) if not binds}
    return sorted(name for name in (bound & read) - own - imports if not name.startswith("_"))


def overwriting(solved: Variant, exercise: str) -> dict[str, Answer]:
    """The solution followed by another value for each such name, by description; it goes on to what it can reach."""
    taken = overwritten(solved, exercise)
    solution = join(solved.code[place(solved, exercise)].lines)
    answer = "\n".join([solution, *(f"{name} = {_OTHER!r}" for name in taken)])
    return going_on(solved, exercise, {"overwritten": answer}) if taken else {}


def _names(text: str) -> list[tuple[str, bool]]:
    """The global names in code, and whether it binds them."""
    return [(name.name, name.binds) for node in ast.parse(text).body for name in names(node)]


def _imports(text: str) -> set[str]:
    """The names that imports in code bind."""
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {name for node in nodes for name, _ in bindings(node)}


if __name__ == "__main__":
    for each, tutorial in exercises().items():
        print(f"{each}: {', '.join(overwritten(lessons()[tutorial].solved, each))}")
