"""Mutants: solutions changed a little, to be refused if they differ where the text makes a promise.

The check of the exercise tries each mutant. One that passes is judged (see `judge.py`) on the cases
of the cell `inputs` in `tests/answers/<exercise>.py`, a module that sees nothing else and defines

    def cases(draw, page):  # a NumPy Generator; the variables of the notebook as attributes
        yield "double", (jnp.array([1, 2]), 0.5), {}  # a function of the exercise, its arguments
        yield compiled, (jnp.array([1, 2]),), {}      # or of this module, which gets `page` first

    def compiled(page, x):
        return jax.jit(page.double)(x)

A case says what the text of the exercise promises: sizes from 1 up, dtypes, keys, magnitudes,
trees, borders. Results are compared as trees: paths, shapes, kinds of number, numbers; exceptions
only with exceptions; and an argument must come back as the solution leaves it. Cases run in their
order after one definition, so an eager call before a compiled one finds a cache. Return from a
function of the module only what is promised: of random draws a property, of values that an exercise
leaves (`page.losses[-1]`) what every right answer has. Constants of the module change what counts:
`RTOL = 2e-3` and `ATOL = 1e-6` (numbers may differ by RTOL times the largest of their array, plus
ATOL), `DTYPES = True` (exact dtypes), `ARGUMENTS = False` (the caller's arguments may be changed or
donated).

    uv run python tests/tutorials/mutants.py EXERCISE

prints what its check says of each mutant: refused, equal (it passes and agrees in every case),
survives (a hole in the check, or a promise too many in the text), stumbles (a check that fails
without a sentence).
"""

import ast
import copy
import difflib
import itertools
import random
import re
import sys
from collections import Counter
from collections.abc import Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from answers import exercises, kept, lessons
from grades import Answer, graded, place
from operators import OPERATORS, PRELUDE

from publishing.assemble.variants import Variant
from publishing.read.cells import Cell, regions
from publishing.read.diagnostic import join

MOST = 25  # mutants of an exercise
_JUDGE = Path(__file__).with_name("judge.py").read_text()
# CPU seconds for a mutant and its check; the handler does nothing once the trial has ended.
_LIMIT = """\
import signal as _signal

_limited = True

def _stop(*_, variables=globals()):
    if "_limited" in variables:
        raise TimeoutError("it takes longer than 60 seconds")

_signal.signal(_signal.SIGPROF, _stop)
_signal.setitimer(_signal.ITIMER_PROF, 60)
"""


@dataclass(frozen=True)
class Mutant:
    """A changed solution; `name` says the operator and the changed line."""

    name: str
    source: str


@dataclass(frozen=True)
class Result:
    """What became of a mutant, and the sentence that says so.

    It is `refused`; it passes and is `equal`, or `survives`; or its check `stumbles`.
    """

    mutant: Mutant
    state: str
    sentence: str


def inputs(exercise: str) -> str | None:
    """The module that makes the cases of an exercise, as text; none if it is one to predict."""
    return next((cell.source for cell in kept("inputs", exercise).values()), None)


def mutants(solved: Variant, exercise: str) -> list[Mutant]:
    """At most MOST mutants, taken in turn from each operator, in an order set by the solution."""
    cell = solved.code[place(solved, exercise)]
    return _mutants(join(cell.lines), _solution(solved, cell))


@cache
def _mutants(text: str, lines: frozenset[int]) -> list[Mutant]:
    tree = ast.parse(text)
    original = ast.unparse(tree)
    changes = _changes(tree, lines)
    dice = random.Random(original)
    for several in changes.values():
        dice.shuffle(several)
    chosen: dict[str, Mutant] = {}  # by source
    while len(chosen) < MOST and any(changes.values()):
        for operator, several in changes.items():
            while several and len(chosen) < MOST:
                source = ast.unparse(_change(tree, *several.pop()))
                if source != original and source not in chosen:
                    name = f"{operator}: {_difference(original, source)}"
                    alike = (other.name.partition(" (again")[0] for other in chosen.values())
                    again = f" (again, {number})" if (number := list(alike).count(name)) else ""
                    chosen[source] = Mutant(name + again, source)
                    break
    return list(chosen.values())


def answers(solved: Variant, exercise: str) -> dict[str, Answer]:
    """The mutants of an exercise as answers, by name; those that pass are judged on its inputs."""
    solution, cases = join(solved.code[place(solved, exercise)].lines), inputs(exercise)
    return {
        mutant.name: Answer(
            f"{_LIMIT}{PRELUDE}{mutant.source}",
            judge=f"{_JUDGE}\njudge(page, {solution!r}, {mutant.source!r}, {cases!r})\n",
            uses=frozenset(re.findall(r"\bpage\.(\w+)", cases)),
        )
        for mutant in mutants(solved, exercise)
    }


def results(exercise: str) -> list[Result]:
    """What became of the mutants of an exercise."""
    name = exercises()[exercise]
    solved = lessons()[name].solved
    found = graded(name, {exercise: answers(solved, exercise)})[exercise]
    return [_result(mutant, found[mutant.name]) for mutant in mutants(solved, exercise)]


def _result(mutant: Mutant, grade: dict[str, str | None]) -> Result:
    kind, _, message = (grade["check"] or "").partition(": ")
    if grade["answer"]:
        return Result(mutant, "refused", f"the cell itself stops: {grade['answer']}")
    if grade["check"] is None:
        return Result(mutant, "equal", "")
    states = {"AssertionError": "refused", "TimeoutError": "refused", "Differs": "survives"}
    return Result(
        mutant, states.get(kind, "stumbles"), message if kind in states else grade["check"]
    )


def _solution(solved: Variant, cell: Cell) -> frozenset[int]:
    """The lines of an exercise's cell, from 1, that its solution has written or pasted."""
    given = next(other for other in solved.tutorial.cells if other.exercise == cell.exercise)
    written = {
        line.number for begin, end in regions(given) for line in given.lines[begin + 1 : end]
    }
    own = solved.tutorial.path
    return frozenset(
        i for i, line in enumerate(cell.lines, 1) if line.path != own or line.number in written
    )


def _changes(tree: ast.Module, lines: Set[int]) -> dict[str, list[tuple[int, str]]]:
    """By operator, the changes in these lines: the place in a walk of the tree, and new code."""
    nodes = list(ast.walk(tree))  # outer ones first
    functions = {
        part: node
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.Lambda)
        for part in ast.walk(node)
    }
    places = [(index, node) for index, node in enumerate(nodes) if _line(node) in lines]
    return {
        operator.__name__: [
            (index, code) for index, node in places for code in operator(node, functions.get(node))
        ]
        for operator in OPERATORS
    }


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def _change(tree: ast.Module, index: int, code: str) -> ast.Module:
    """A copy of a tree with other code in the place of a node."""
    changed = copy.deepcopy(tree)
    target = next(itertools.islice(ast.walk(changed), index, None))
    new = ast.parse(code).body
    return ast.fix_missing_locations(
        _Put(target, new if isinstance(target, ast.stmt) else new[0].value).visit(changed)
    )


class _Put(ast.NodeTransformer):
    """Puts one node, or statements, in the place of another."""

    def __init__(self, target: ast.AST, new: ast.AST | list[ast.stmt]) -> None:
        self.target, self.new = target, new

    def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt]:
        return self.new if node is self.target else self.generic_visit(node)


def _difference(before: str, after: str) -> str:
    """The lines that changed, in one."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    old, new = (
        "; ".join(line[2:].strip() for line in lines if line.startswith(sign))
        for sign in ("- ", "+ ")
    )
    return f"{old} -> {new}"


def main(exercise: str) -> None:
    """Print what the check of an exercise says of each mutant, and how many of a kind there are."""
    found = results(exercise)
    for result in found:
        print(f"{result.state:10} {result.mutant.name}\n           {result.sentence[:400]}")
    counts = Counter(result.state for result in found)
    by_state = ", ".join(f"{count} {state}" for state, count in counts.items())
    print(f"{len(found)} mutants of {exercise}: {by_state}")


if __name__ == "__main__":
    main(sys.argv[1])
