"""What a learner tries out in the cells of answers: other values for names that were bound before.

One answer to the first exercise of a page, which goes on to all later cells that readers have. In
it and in them, each solution is followed by another value for every global name of the page that
is not a part of the exercise, and for Python's own names. Nothing here asks which of them later
cells read: a page that goes on has those back.
"""

import builtins

from answers import exercises, lessons
from grades import Answer, place

from publishing.assemble.snippets import names_in
from publishing.assemble.support import RESERVED
from publishing.assemble.variants import Variant
from publishing.read.cells import Cell
from publishing.read.diagnostic import join

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


def overwriting(solved: Variant, exercise: str) -> dict[str, Answer]:
    """The answer, by a description; none to an exercise that is not the first of its page."""
    first, later = cells(solved)
    return (
        {"overwritten": Answer(first[1], judge=_REST.format(cells=later))}
        if exercise == first[0]
        else {}
    )


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
    return sorted((bound | python) - own - set(RESERVED))


def _with_others(solved: Variant, cell: Cell) -> str:
    other = _OTHER.format(names=overwritten(solved, cell.exercise)) if cell.exercise else ""
    return f"{join(cell.lines)}\n{other}"


if __name__ == "__main__":
    for each, tutorial in exercises().items():
        print(f"{each}: {', '.join(overwritten(lessons()[tutorial].solved, each))}")
