"""Answers to exercises, graded in the kernel of their page; right ones with the rest of it."""

import ast
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from answers import compilation_cache, kept, lessons
from reach import reached
from verdicts import Trial, digest, verdicts

from publishing.assemble.snippets import names, parse
from publishing.assemble.variants import Variant
from publishing.read.cells import Cell
from publishing.read.diagnostic import Line, join
from publishing.run.notebook import Grades

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
# Added to an answer: the cells after the check that it goes on to, and code that runs in the end.
_GO_ON = "\n_page_goes_on = {cells}\n_in_the_end = {judge!r}\n"
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
if globals().get("_in_the_end"):
    exec(_in_the_end, {{"page": globals()}})
"""


class Answer(NamedTuple):
    """An answer to grade, and what follows once its check lets it pass."""

    source: str
    cells: tuple[int, ...] = ()  # of the page, counted from the check
    judge: str = ""  # code that sees the variables as `page`; the check raises what it raises

    @property
    def text(self) -> str:
        """What is tried."""
        if not (self.cells or self.judge):
            return self.source
        return self.source + _GO_ON.format(cells=list(self.cells), judge=self.judge)


def kept_answers(solved: Variant, exercise: str) -> dict[str, Answer]:
    """The answers to an exercise that are kept, by name."""
    right = {name: answer.source for name, answer in kept("right", exercise).items()}
    wrong = {name: Answer(answer.source) for name, answer in kept("wrong", exercise).items()}
    return wrong | going_on(solved, exercise, right)


def graded(name: str, answers: Mapping[str, Mapping[str, Answer]]) -> Grades:
    """What answers to exercises of a tutorial raised, by exercise and description.

    That is what the `answer` raised, the `check`, and the `rest` of the page; the page runs once
    for all.
    """
    trials = [
        trial for exercise, several in answers.items() for trial in _trials(name, exercise, several)
    ]
    found = verdicts(name, trials, lambda wanted: gradable(lessons()[name].solved, wanted))
    return {
        exercise: {why: _with_rest(grade) for why, grade in several.items()}
        for exercise, several in found.items()
    }


def place(solved: Variant, exercise: str) -> int:
    """Which code cell holds an exercise; its check is the next."""
    return next(index for index, cell in enumerate(solved.code) if cell.exercise == exercise)


def gradable(solved: Variant, wanted: Set[str]) -> Variant:
    """A solved variant up to the last of these exercises, whose checks can go on to the page's end.

    What hidden cells assert before that has held in the build; of compile times it would not hold
    with the cache.
    """
    code = solved.code
    last = max(index for index, cell in enumerate(code) if cell.check in wanted)
    prepare = _PREPARE.format(options=compilation_cache(solved.tutorial.name))
    cells = [Cell(code=True, path=solved.tutorial.path, number=1, lines=_lines(prepare))]
    for index, cell in enumerate(code[: last + 1]):
        if cell.check in wanted:
            page = [
                (after.number, without_times(after, code), after.raises or "", after.match or "")
                for after in code[index + 1 :]
            ]
            cells.append(replace(cell, lines=(*cell.lines, *_lines(_PAGE.format(cells=page)))))
        elif cell.check and not _matters(code, index, set(range(last + 1))):
            continue
        elif cell.exercise and cell.exercise not in wanted:
            # Its stubs are not tried, and later checks need its support.
            lines = (*cell.support, *cell.lines)
            cells.append(replace(cell, exercise=None, support=(), lines=lines))
        elif "hidden" not in cell.tags:
            cells.append(cell)
        elif text := _without_assertions(cell):
            cells.append(replace(cell, lines=_lines(text)))
    return replace(solved, cells=tuple(cells))


def without_times(cell: Cell, code: Sequence[Cell]) -> str:
    """The text of a cell; of a hidden one without assertions on what varies on a busy machine."""
    text = join(cell.lines)
    if "hidden" not in cell.tags:
        return text
    if "varies" in cell.tags:
        return _without_assertions(cell)
    varies = [each for other in code if "varies" in other.tags for each in parse(other.lines).body]
    times = {name.name for node in varies for name in names(node) if name.binds}
    lines = text.splitlines()
    for node in parse(cell.lines).body:
        if isinstance(node, ast.Assert) and times & {name.name for name in names(node)}:
            for number in range(node.lineno - 1, node.end_lineno):
                lines[number] = ""  # later lines keep their numbers
    return "\n".join(lines)


def going_on(solved: Variant, exercise: str, answers: Mapping[str, str]) -> dict[str, Answer]:
    """Answers that make the check of a gradable variant go on to what they can reach."""
    code = [join(cell.lines) for cell in solved.code]
    index = place(solved, exercise)
    before, (solution, check), after = code[:index], code[index : index + 2], code[index + 2 :]
    return {
        why: Answer(answer, tuple(reached(before, [answer, solution], check, after)))
        for why, answer in answers.items()
    }


def _trials(name: str, exercise: str, answers: Mapping[str, Answer]) -> list[Trial]:
    """The answers with the digests of their verdicts."""
    lesson = lessons()[name]
    code, index = lesson.solved.code, place(lesson.solved, exercise)
    options = {
        key: value for key, value in compilation_cache(name).items() if not key.endswith("dir")
    }
    run = [lesson.key.python, lesson.key.versions, lesson.key.runner, options, _PREPARE]
    check = join(code[index + 1].lines)
    trials = []
    for why, answer in answers.items():
        later = [index + 2 + cell for cell in answer.cells]
        page = [
            (without_times(code[cell], code), code[cell].raises, code[cell].match) for cell in later
        ]
        common = [run, *_before(code, index, {index + 1, *later}), join(code[index].support), check]
        passed = digest(common, answer.text, [_PAGE, page] if page or answer.judge else [])
        trials.append(Trial(exercise, why, answer.text, passed, digest(common, answer.source)))
    return trials


def _before(code: Sequence[Cell], index: int, later: Set[int]) -> list[str]:
    """The text of the cells before an exercise; of earlier checks those that its trial can see."""
    return [
        _without_assertions(cell)
        for place, cell in enumerate(code[:index])
        if not cell.check or _matters(code, place, {*range(index + 1), *later})
    ]


def _matters(code: Sequence[Cell], place: int, cells: Set[int]) -> bool:
    """Whether one of these cells sees what another binds or changes."""
    return not cells.isdisjoint(_seen_by(tuple(join(cell.lines) for cell in code), place))


@cache
def _seen_by(texts: tuple[str, ...], place: int) -> list[int]:
    return [
        place + 1 + other
        for other in reached(texts[:place], texts[place : place + 1], "", texts[place + 1 :])
    ]


@cache
def _without_assertions(cell: Cell) -> str:
    """The text of a cell, of a hidden one what is left without its assertions."""
    if "hidden" not in cell.tags:
        return join((*cell.support, *cell.lines))
    nodes = parse(cell.lines).body
    return "\n".join(ast.unparse(node) for node in nodes if not isinstance(node, ast.Assert))


def _with_rest(grade: Mapping[str, str | None]) -> dict[str, str | None]:
    kind, _, message = (grade["check"] or "").partition(": ")
    if kind != "RestOfPage":
        return {**grade, "rest": None}
    return {**grade, "check": None, "rest": message}


def _lines(text: str) -> tuple[Line, ...]:
    return tuple(Line(line, Path(__file__), 0) for line in text.splitlines())
