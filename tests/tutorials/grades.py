"""The kept answers, graded in the kernel of their tutorial; the right ones with the rest of the page, too."""

import ast
import asyncio
import fcntl
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from answers import ROOT, ROUTES, compilation_cache, exercises, kept, lessons
from reach import reached

from publishing.assemble.snippets import names
from publishing.assemble.variants import Variant
from publishing.read.cells import Cell
from publishing.read.problem import Line, join
from publishing.run.notebook import Grades, execute
from publishing.run.record import Record, Store, key

SETTINGS = replace(ROUTES.settings, records=ROOT / ".cache/answers", timeout=500)

# Figures need not be drawn here.
_PREPARE = """
def _prepare():
    import jax
    import matplotlib.pyplot

    for name, value in {options!r}.items():
        jax.config.update(name, value)
    matplotlib.pyplot.show = lambda: matplotlib.pyplot.close("all")

_prepare()
"""
# Added to a right answer: the cells after the check that it can reach.
_GO_ON = "\n_page_goes_on = {cells}\n"
# Added to a check, which then runs them.
_PAGE = """
class RestOfPage(Exception):
    pass

for _index in globals().get("_page_goes_on", ()):
    _line, _source, _raises, _match = {cells!r}[_index]
    try:
        exec(compile(_source, f"<line {{_line}}>", "exec"), globals())
    except BaseException as _error:
        if type(_error).__name__ != _raises or not __import__("re").search(_match, str(_error)):
            raise RestOfPage(f"line {{_line}}: {{type(_error).__name__}}: {{_error}}")
    else:
        if _raises:
            raise RestOfPage(f"line {{_line}}: {{_raises}} was expected")
"""


@cache
def grades(name: str) -> Grades:
    """What the stubs and kept answers of a tutorial raised: `answer`, `check`, and `rest` in the rest of the page.

    They come from a record where there is one for all the code, the answers and the versions.
    """
    solved, store = lessons()[name].solved, Store(SETTINGS.records)
    answers = {
        exercise: kept("wrong", exercise) | going_on(solved, exercise, kept("right", exercise))
        for exercise, owner in exercises().items()
        if owner == name
    }
    variant = gradable(solved)
    its_key = key(variant, answers)
    SETTINGS.records.mkdir(parents=True, exist_ok=True)
    with (SETTINGS.records / f"{name.replace('/', '-')}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another worker may be at it
        record = store.find(its_key)
        if record is None:
            record = Record(name, its_key, asyncio.run(execute(variant, SETTINGS, answers)))
            store.keep(record)
    return {
        exercise: {answer: _with_rest(grade) for answer, grade in its.items()}
        for exercise, its in record.run.grades.items()
    }


def gradable(solved: Variant) -> Variant:
    """A solved variant up to its last check, whose checks can go on to the end of the page.

    What hidden cells assert before that has held in the build; of compile times it would not hold with the cache.
    """
    code = solved.code
    last = max(index for index, cell in enumerate(code) if cell.check)
    prepare = _PREPARE.format(options=compilation_cache(solved.tutorial.name))
    cells = [Cell(code=True, path=solved.tutorial.path, number=1, lines=_lines(prepare))]
    for index, cell in enumerate(code[: last + 1]):
        page = [
            (after.number, without_times(after, code), after.raises or "", after.match or "")
            for after in code[index + 1 :]
        ]
        if cell.check:
            cells.append(replace(cell, lines=(*cell.lines, *_lines(_PAGE.format(cells=page)))))
        elif "hidden" not in cell.tags:
            cells.append(cell)
        elif rest := [node for node in ast.parse(join(cell.lines)).body if not isinstance(node, ast.Assert)]:
            cells.append(replace(cell, lines=_lines("\n".join(map(ast.unparse, rest)))))
    return replace(solved, cells=tuple(cells))


def without_times(cell: Cell, code: Sequence[Cell]) -> str:
    """The text of a cell, of a hidden one without assertions on what varies: a busy machine must not fail an answer."""
    lines = join(cell.lines).splitlines()
    if "hidden" in cell.tags:
        varies = [node for other in code if "varies" in other.tags for node in ast.parse(join(other.lines)).body]
        times = {name.name for node in varies for name in names(node) if name.binds}
        for node in ast.parse(join(cell.lines)).body:
            if isinstance(node, ast.Assert) and times & {name.name for name in names(node)}:
                lines[node.lineno - 1 : node.end_lineno] = [""] * (node.end_lineno - node.lineno + 1)
    return "\n".join(lines)


def going_on(solved: Variant, exercise: str, answers: Mapping[str, str]) -> dict[str, str]:
    """Answers that make the check of a gradable variant go on to what they can reach."""
    code = [join(cell.lines) for cell in solved.code]
    place = next(index for index, cell in enumerate(solved.code) if cell.exercise == exercise)
    before, (solution, check), after = code[:place], code[place : place + 2], code[place + 2 :]
    return {
        why: answer + _GO_ON.format(cells=reached(before, [answer, solution], check, after))
        for why, answer in answers.items()
    }


def _with_rest(grade: Mapping[str, str | None]) -> dict[str, str | None]:
    kind, _, message = (grade["check"] or "").partition(": ")
    return {**grade, "check": None, "rest": message} if kind == "RestOfPage" else {**grade, "rest": None}


def _lines(text: str) -> tuple[Line, ...]:
    return tuple(Line(line, Path(__file__), 0) for line in text.splitlines())
