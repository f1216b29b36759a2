"""Answers to exercises, graded in the kernel of their page; right ones with the rest of it."""

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from publishing.assemble.snippets import names, parse
from publishing.assemble.variants import Variant
from publishing.read.answers import Answer
from publishing.read.cells import Cell
from publishing.read.diagnostic import Line, join
from publishing.run import devices
from publishing.run.lesson import Lesson
from publishing.run.notebook import Grades, Run
from publishing.settings import Settings
from publishing.teaching.reach import needed, reached
from publishing.teaching.verdicts import Trial, digest, unseen, verdicts

# Figures need not be drawn here.
_PREPARE = """
def _prepare():
{compiled}
    if importlib.util.find_spec("matplotlib"):
        import matplotlib.pyplot

        matplotlib.pyplot.show = lambda: matplotlib.pyplot.close("all")

_prepare()
"""
# Added to an answer: the cells after the check that it goes on to, and code that runs in the end.
_GO_ON = "\n_page_goes_on = {cells}\n_in_the_end = {judge!r}\n"
# In the place of a check, which need not run for the solution again; an answer may bind `exec`.
_TRIAL = "if '_page_goes_on' in globals():\n    __import__('builtins').exec({text!r})"
# Added to a check, which then runs the cells.
_PAGE = """
class RestOfPage(Exception):
    pass

for _index in _page_goes_on:
    _line, _source, _raises, _match = {cells!r}[_index]
    try:
        exec(compile(_source, f"<line {{_line}}>", "exec"), globals())
    except BaseException as _error:
        if type(_error).__name__ != _raises or not __import__("re").search(_match, str(_error)):
            raise RestOfPage(f"line {{_line}}: {{type(_error).__name__}}: {{_error}}")
    else:
        if _raises:
            raise RestOfPage(f"line {{_line}}: {{_raises}} was expected")
if _in_the_end:
    exec(_in_the_end, {{"page": globals()}})
"""


class Attempt(NamedTuple):
    """An answer to grade, and what follows once its check lets it pass."""

    source: str
    cells: tuple[int, ...] = ()  # of the page, counted from the check
    judge: str = ""  # code that sees the variables as `page`; the check raises what it raises
    uses: frozenset[str] = frozenset()  # the variables that it sees

    @property
    def text(self) -> str:
        """What is tried."""
        return self.source + _GO_ON.format(cells=list(self.cells), judge=self.judge)


def attempts(lesson: Lesson, exercise: str, kept: Iterable[Answer]) -> dict[str, Attempt]:
    """Kept answers by kind and description; after right ones the page goes on."""
    named = {f"{each.kind}: {each.description}": each for each in kept}
    right = {name: each.source for name, each in named.items() if each.kind == "right"}
    wrong = {name: Attempt(each.source) for name, each in named.items() if each.kind == "wrong"}
    return wrong | going_on(lesson.solved, exercise, right)


def graded(
    lesson: Lesson,
    answers: Mapping[str, Mapping[str, Attempt]],
    settings: Settings,
    watch: Callable[[str, Callable], Run] = unseen,
) -> Grades:
    """What answers to exercises of a tutorial raised, by exercise and description.

    That is what the `answer` raised, the `check`, and the `rest` of the page; the page runs once
    for all of which no verdict is known.

    Args:
      lesson: the tutorial.
      answers: by exercise and description.
      settings: where verdicts are kept, and limits.
      watch: runs what it is given, and says to whom waits what it is.
    """
    trials = [t for exercise, its in answers.items() for t in _trials(lesson, exercise, its)]
    prepare = partial(gradable, lesson.solved, settings=settings)
    found = verdicts(lesson.name, trials, prepare, settings, watch) if trials else {}
    return {
        exercise: {why: _with_rest(grade) for why, grade in several.items()}
        for exercise, several in found.items()
    }


def place(solved: Variant, exercise: str) -> int:
    """Which code cell holds an exercise; its check is the next."""
    return next(index for index, cell in enumerate(solved.code) if cell.exercise == exercise)


def gradable(solved: Variant, trials: Iterable[Trial], settings: Settings) -> Variant:
    """What these trials need of a solved variant; its checks can go on to the page's end.

    The cells without exercises have run in the build. What they show, and what hidden ones assert,
    needs not run again.
    """
    code = solved.code
    wanted = {trial.exercise for trial in trials}
    needs = set().union(*(trial.needs for trial in trials))
    last = max(index for index, cell in enumerate(code) if cell.check in wanted)
    options = devices.compilation_cache(settings.compiled / solved.tutorial.name)
    prepare = _PREPARE.format(compiled=devices.WITH_COMPILED.format(options=options))
    cells = [Cell(code=True, path=solved.tutorial.path, number=1, lines=_lines(prepare))]
    for index, cell in enumerate(code[: last + 1]):
        kept = [text for at, text in enumerate(_statements(cell)) if (index, at) in needs]
        if cell.check in wanted:
            page = [
                (after.number, without_times(after, code), after.raises or "", after.match or "")
                for after in code[index + 1 :]
            ]
            kept.append(_TRIAL.format(text=f"{join(cell.lines)}\n{_PAGE.format(cells=page)}"))
            cells.append(replace(cell, lines=_lines("\n".join(kept))))
        elif cell.exercise in wanted:
            cells.append(replace(cell, stubs=()))  # the build has tried them
        elif kept:
            if "warns" in cell.tags:
                kept.insert(0, "__import__('warnings').simplefilter('ignore')")
            lines = _lines("\n".join(kept))
            cells.append(Cell(code=True, path=cell.path, number=cell.number, lines=lines))
    return replace(solved, cells=tuple(cells))


def without_times(cell: Cell, code: Sequence[Cell]) -> str:
    """The text of a cell; of a hidden one without assertions on what varies on a busy machine."""
    text = join(cell.lines)
    if "hidden" not in cell.tags:
        return text
    if "varies" in cell.tags:
        nodes = parse(cell.lines).body
        return "\n".join(ast.unparse(node) for node in nodes if not isinstance(node, ast.Assert))
    varies = [each for other in code if "varies" in other.tags for each in parse(other.lines).body]
    times = {name.name for node in varies for name in names(node) if name.binds}
    lines = text.splitlines()
    for node in parse(cell.lines).body:
        if isinstance(node, ast.Assert) and times & {name.name for name in names(node)}:
            for number in range(node.lineno - 1, node.end_lineno):
                lines[number] = ""  # later lines keep their numbers
    return "\n".join(lines)


def going_on(solved: Variant, exercise: str, answers: Mapping[str, str]) -> dict[str, Attempt]:
    """Answers that make the check of a gradable variant go on to what they can reach."""
    code = [join(cell.lines) for cell in solved.code]
    index = place(solved, exercise)
    before, (solution, check), after = code[:index], code[index : index + 2], code[index + 2 :]
    return {
        why: Attempt(answer, tuple(reached(before, [answer, solution], check, after)))
        for why, answer in answers.items()
    }


def _trials(lesson: Lesson, exercise: str, answers: Mapping[str, Attempt]) -> list[Trial]:
    """The answers with the digests of their verdicts."""
    code, index = lesson.solved.code, place(lesson.solved, exercise)
    options = devices.compilation_cache(Path())
    key = lesson.key
    run = [key.data, key.python, key.versions, key.runner, options, _PREPARE]
    own = [join(code[index].support), join(code[index + 1].lines)]
    trials = []
    for why, answer in answers.items():
        later = (code[index + 2 + cell] for cell in answer.cells)
        page = [(without_times(cell, code), cell.raises, cell.match) for cell in later]
        needs = needs_of(lesson.solved, exercise, answer)
        common = [run, [_statements(code[cell])[at] for cell, at in sorted(needs)], *own]
        passed = digest(common, answer.text, [_PAGE, page] if page or answer.judge else [])
        refused = digest(common, answer.source)
        trials.append(Trial(exercise, why, answer.text, passed, refused, needs))
    return trials


def needs_of(solved: Variant, exercise: str, answer: Attempt) -> frozenset[tuple[int, int]]:
    """The cells before an exercise, and the statements in them, that a trial of an answer needs."""
    code, index = solved.code, place(solved, exercise)
    after = [index, index + 1, *(index + 2 + cell for cell in answer.cells)]
    texts = [answer.source, join(code[index].support), *(join(code[cell].lines) for cell in after)]
    return needed([_text(cell) for cell in code[:index]], texts, answer.uses)


@cache
def _statements(cell: Cell) -> list[str]:
    return list(map(ast.unparse, ast.parse(_text(cell)).body))


@cache
def _text(cell: Cell) -> str:
    """The text of a cell that later ones may need; the last statement of one that fails, fails."""
    if not cell.is_python:
        return ""
    text = join((*cell.support, *cell.lines))
    return "\n".join(map(ast.unparse, ast.parse(text).body[:-1])) if cell.raises else text


def _with_rest(grade: Mapping[str, str | None]) -> dict[str, str | None]:
    kind, _, message = (grade["check"] or "").partition(": ")
    if kind != "RestOfPage":
        return {**grade, "rest": None}
    return {**grade, "check": None, "rest": message}


def _lines(text: str) -> tuple[Line, ...]:
    return tuple(Line(line, Path(__file__), 0) for line in text.splitlines())
