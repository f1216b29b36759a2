"""Runs one notebook: cells, expected errors, stubs, warnings, and expressions in the prose."""

import ast
import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from publishing.assemble.variants import Variant
from publishing.read.cells import Cell
from publishing.read.diagnostic import JOINERS, Line, join, unseen_sign
from publishing.read.prose import expressions, is_choice, replace_choices
from publishing.run import devices
from publishing.run.failure import Failure, Refuted, cell_failure, check_outcome, merge, raised
from publishing.run.kernel import LimitedClient, StartError, start_kernel
from publishing.run.outputs import normal_outputs
from publishing.settings import Settings

_RUNS = 3  # of a page whose measurements refute its text: other work may have disturbed them

Grades = dict[str, dict[str, dict[str, str | None]]]

_GRADING = Path(__file__).with_name("grading.py")
_ASK = """
def _asked():
    import sys, types
{body}
get_ipython().display_pub.publish({{"application/json": _asked()}})
del _asked
"""
_GRADE = """
    grading = types.ModuleType("grading")
    exec({grading!r}, grading.__dict__)
    return grading.grade(get_ipython().user_ns, {answers!r}, {check!r})
"""
# What a check leaves that compares a prediction: name, truth, reasons and tolerance.
_QUESTION = '    return {"question": repr(get_ipython().user_ns.pop("last_question", ""))}'
_SEARCH = '    import re\n    return {{"matches": bool(re.search({pattern!r}, {message!r}))}}'
_EVALUATE = '    return {{"value": eval({expression!r}, get_ipython().user_ns)}}'


class Question(NamedTuple):
    """What an exercise to predict asks: a name that readers define, and what it should be."""

    name: str
    truth: Mapping
    reasons: Mapping  # sentences, by the key or the tuple of keys of an entry
    rtol: float  # how far floats may be from the truth, as a share of it


@dataclass(frozen=True)
class Run:
    """What a run gave."""

    outputs: list[list[NotebookNode]]  # of each code cell
    seconds: list[float]  # of each code cell
    device: dict[str, str]  # `platform` and `kind` of what it computed on
    grades: Grades  # of each exercise and answer, what `answer` and `check` raised
    values: list[str]  # of the expressions in the prose, in their order
    questions: dict[str, str] = field(default_factory=dict)  # of exercises to predict, as literals

    def question(self, exercise: str) -> Question:
        """What an exercise to predict asks; all its values are what the check compared."""
        return Question(*ast.literal_eval(self.questions[exercise]))


async def execute(
    variant: Variant,
    settings: Settings,
    answers: Mapping[str, Mapping[str, str]] | None = None,
    on_cell: Callable[[int, int], None] = lambda done, cells: None,
    failures: list[Failure] | None = None,
) -> Run:
    """Run a solved variant in a kernel of its own, and grade the stubs of its exercises.

    Where a hidden cell tagged `varies` refuses what was measured, it runs again, twice at most.

    Args:
      variant: the notebook; it runs in an empty folder.
      settings: limits, and what its kernel computes on.
      answers: further answers to grade, by exercise and description.
      on_cell: is called with the number of code cells that are done, and with that of all.
      failures: gets those of cells, behind which the run then goes on.

    Raises:
      Failure: if a cell or expression fails, an expected error does not come, a check passes on a
        stub, or at a limit.
    """
    for attempt in range(1, _RUNS + 1):
        try:
            async with start_kernel(settings) as client:
                runner = _Runner(client, variant, settings, failures)
                return await runner.run(answers or {}, on_cell)
        except StartError as error:
            raise cell_failure(variant.code[0], f"the kernel did not start: {error}") from error
        except Refuted as failure:
            if attempt == _RUNS:
                way = f"so it was in {_RUNS} runs; measure the best of more rounds, or say less"
                what = f"{failure.headline} ({way})"
                raise Failure(failure.line, what, failure.details) from None
    raise AssertionError("the last attempt returns or raises")


class _Runner:
    def __init__(
        self,
        client: LimitedClient,
        variant: Variant,
        settings: Settings,
        failures: list[Failure] | None,
    ) -> None:
        self.client, self.variant, self.settings = client, variant, settings
        self.goes_on = failures is not None
        self.failures = failures if self.goes_on else []
        self.cells: dict[int, Cell] = {}  # by execution count
        self.nodes: list[NotebookNode] = []
        self.seconds: list[float] = []

    async def run(
        self, answers: Mapping[str, Mapping[str, str]], on_cell: Callable[[int, int], None]
    ) -> Run:
        code = self.variant.code
        grades, values, questions = {}, [], {}
        waiting: list[tuple[Line, str, int]] = []  # choices, until the next code has run
        sizes: list[int] = []  # of their lists
        on_cell(0, len(code))
        for cell in self.variant.cells:
            if not cell.code:
                for line, expression in expressions(cell.lines):
                    if is_choice(line):
                        waiting.append((line, expression, len(values)))
                    values.append("" if is_choice(line) else await self._value(line, expression))
                replace_choices(lambda each, _: sizes.append(len(each)) or "", join(cell.lines))
                continue
            if cell.exercise:
                check, more = code[len(self.nodes) + 1], answers.get(cell.exercise, {})
                grades[cell.exercise] = await self._grade(cell, check, more)
            node = await self._run_cell(cell)
            headline, matches = await self._headline(cell, node), await self._matches(cell, node)
            try:
                check_outcome(cell, node.outputs, self.cells, headline, matches)
            except Refuted:
                raise
            except Failure as failure:
                self.failures.append(failure)
                if not (cell.raises or self.goes_on):
                    break  # a cell that was to fail leaves later ones nothing that they miss
            if cell.check:
                questions |= await self._question(cell)
            await self._choose(waiting, sizes, values)
            on_cell(len(self.nodes), len(code))
        if self.failures and not self.goes_on:
            raise merge(self.failures)
        await self._choose(waiting, sizes, values)
        device = await self._ask(code[-1], devices.DEVICE)
        outputs = [normal_outputs(node.outputs) for node in self.nodes]  # no later cell updates one
        return Run(outputs, self.seconds, device, grades, values, questions)

    async def _run_cell(self, cell: Cell) -> NotebookNode:
        """Run a cell of the notebook, and measure it; at a limit, it is a Failure."""
        self.cells[len(self.cells) + 1] = cell
        if "warns" in cell.tags:
            await self._ask(cell, "    get_ipython().shows_warnings = True")
        started = time.perf_counter()
        node = await self._execute(cell, join(cell.lines))
        self.seconds.append(round(time.perf_counter() - started, 3))
        self.nodes.append(node)
        if self.client.stopped:
            raise cell_failure(cell, self.client.stopped)
        return node

    async def _headline(self, cell: Cell, node: NotebookNode) -> str:
        """What to say in place of the message of an error: how to have more memory; else empty."""
        full = any(map(devices.is_out_of_memory, node.outputs)) and not cell.raises
        return devices.out_of_memory(await self._ask(cell, devices.DEVICE)) if full else ""

    async def _matches(self, cell: Cell, node: NotebookNode) -> bool:
        """Whether `match` finds the message of an error; the kernel has limits for the search."""
        messages = [output.evalue for output in node.outputs if output.output_type == "error"]
        if not cell.match or not messages:
            return True
        body = _SEARCH.format(pattern=cell.match, message=messages[0])
        return (await self._ask(cell, body, "the search for its `match`"))["matches"]

    async def _value(self, line: Line, expression: str) -> str:
        """The value of an expression in the prose, formatted."""
        cell = Cell(code=True, path=line.path, number=line.number, lines=(line,))
        body = _EVALUATE.format(expression=expression)
        try:
            value = (await self._ask(cell, body, "the expression"))["value"]
        except Failure as failure:
            raise Failure(line, f"an expression in `{{{{ }}}}` fails: {failure.headline}") from None
        if sign := unseen_sign(value, JOINERS):
            raise Failure(line, f"the value of an expression has {sign}.")
        return value

    async def _choose(
        self, waiting: list[tuple[Line, str, int]], sizes: list[int], values: list[str]
    ) -> None:
        """The values of choices, which the code behind them decides; of a list one is right."""
        while sizes:
            size = sizes.pop(0)
            choices, waiting[:size] = waiting[:size], []
            for line, expression, place in choices:
                values[place] = await self._value(line, expression)
            said = [values[place] for _, _, place in choices]
            if size < 2 or sorted(said) != ["False"] * (size - 1) + ["True"]:
                what = f"of two or more choices one should be True; these are {', '.join(said)}"
                raise Failure(choices[0][0], f"{what}.")

    async def _question(self, cell: Cell) -> dict[str, str]:
        """What a check compared a prediction with, by its exercise; nothing of other checks."""
        text = (await self._ask(cell, _QUESTION))["question"]
        try:
            return {cell.check: text} if ast.literal_eval(text) else {}
        except (ValueError, SyntaxError):
            kinds = "numbers, texts, tuples, lists, sets and dictionaries; make it of these"
            what = f"what this check compares is more than {kinds}: {text[:300]}"
            raise cell_failure(cell, what) from None

    async def _grade(self, cell: Cell, check: Cell, more: Mapping[str, str]) -> dict:
        """Try the stubs, which must fail, and further answers, before the exercise runs."""
        if cell.support:
            node = await self._execute(cell, join(cell.support), "the code of its check")
            check_outcome(replace(cell, tags=()), node.outputs, {})
        answers = {**dict(cell.stubs), **more}
        body = _GRADE.format(grading=_GRADING.read_text(), answers=answers, check=join(check.lines))
        grades = await self._ask(cell, body, "the cell and the answers to its exercise")
        for description, _ in cell.stubs:
            if grades.get(description, {"check": None})["check"] is None:
                what = f"this check passes although the exercise {description}"
                raise cell_failure(check, f"{what}; let it test what the reader must write.")
        return grades

    async def _ask(self, cell: Cell, body: str, what: str = "a question of the build") -> dict:
        """What a function with this body returns in the kernel; not a cell of the notebook."""
        node = await self._execute(cell, _ASK.format(body=body), what)
        for output in node.outputs:
            if output.output_type == "error":
                raise raised(cell, output, {}, "while the build asked the kernel for this.")
            if "application/json" in output.get("data", {}):
                return output.data["application/json"]
        raise cell_failure(cell, "the kernel did not answer; something replaced IPython's display.")

    async def _execute(self, cell: Cell, source: str, what: str = "") -> NotebookNode:
        """Run the code of a cell, or on its account `what`, which is not a cell of the notebook."""
        node = nbformat.v4.new_code_cell(source)
        cells = self.client.nb.cells  # where nbclient finds an output that a later cell updates
        cells.append(node)
        self.client.size = 0
        try:
            index, counts = len(cells) - 1, not what
            return await self.client.async_execute_cell(node, index, store_history=counts)
        except CellExecutionError as error:
            if not any(output.output_type == "error" for output in node.outputs):  # it was lost
                lost = {"ename": error.ename, "evalue": error.evalue, "traceback": []}
                node.outputs.append(nbformat.v4.new_output("error", **lost))
            return node
        except CellTimeoutError:
            limit = f"longer than {self.settings.timeout} seconds, the timeout in mkdocs.yml."
            raise cell_failure(cell, f"{what or 'the cell'} ran {limit}") from None
        except DeadKernelError:
            if asyncio.current_task().cancelling():
                raise asyncio.CancelledError from None
            raise cell_failure(cell, await self.client.cause_of_death()) from None
