"""Runs one notebook: its cells, expected errors, stubs, warnings, and the expressions in its prose."""

from __future__ import annotations

import asyncio
import atexit
import logging
import re
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from publishing.assemble.variants import Variant
from publishing.read.cells import Cell
from publishing.read.problem import Line, join
from publishing.read.prose import expressions
from publishing.run import jax
from publishing.run.failure import Failure, cell_failure, raised, wrote_to_stderr
from publishing.run.kernel import Kernel, LimitedClient, kernel_folder
from publishing.run.outputs import normal_outputs
from publishing.settings import Settings

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
_VALUES = """
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return {{"value": eval({expression!r}, get_ipython().user_ns)}}
"""
_QUIET = logging.getLogger("publishing.nbclient")
_QUIET.addHandler(logging.NullHandler())
_QUIET.propagate = False


@dataclass(frozen=True)
class Run:
    """What a run gave.

    Attributes:
      outputs: of each code cell.
      seconds: of each code cell.
      device: `platform` and `kind` of what it computed on.
      grades: of each exercise, what its answer and its check raised, by the description of the answer.
      values: of the expressions of each Markdown cell.
    """

    outputs: list[list[NotebookNode]]
    seconds: list[float]
    device: dict[str, str]
    grades: Grades
    values: list[list[str]]


async def execute(
    variant: Variant,
    settings: Settings,
    answers: Mapping[str, Mapping[str, str]] | None = None,
    on_cell: Callable[[int, int], None] = lambda done, cells: None,
    turn: AbstractAsyncContextManager | None = None,
) -> Run:
    """Run a solved variant in a kernel of its own, in an empty folder, and grade the stubs of its exercises.

    Args:
      variant: the solved variant.
      settings: timeout, memory and device.
      answers: for an exercise, further answers to grade, by description.
      on_cell: called with the number of code cells done and their total.
      turn: entered while cells run; a kernel may start before, and end after.

    Raises:
      Failure: if a cell fails, an expected error does not come, a check passes on a stub, or a limit is passed.
    """
    with kernel_folder(settings) as folder:
        client = LimitedClient(
            nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell()]),
            timeout=settings.timeout,
            kernel_manager_class=Kernel,
            shutdown_kernel="immediate",
        )
        client.log = _QUIET
        client.km = Kernel(folder)
        watch: asyncio.Task | None = None
        try:
            async with client.async_setup_kernel(**client.km.launch(settings)):
                watch = asyncio.create_task(client.watch(settings.memory))
                async with turn or nullcontext():
                    return await _Runner(client, variant, settings).run(answers or {}, on_cell)
        except RuntimeError as error:
            raise cell_failure(variant.code[0], f"the kernel did not start: {error}") from error
        finally:
            # nbclient would look for this kernel again when Python ends, and complain that it is gone.
            atexit.unregister(client._cleanup_kernel)
            if watch:
                watch.cancel()


class _Runner:
    def __init__(self, client: LimitedClient, variant: Variant, settings: Settings) -> None:
        self.client, self.variant, self.settings = client, variant, settings
        self.cells: dict[int, Cell] = {}

    async def run(self, answers: Mapping[str, Mapping[str, str]], on_cell: Callable[[int, int], None]) -> Run:
        code = self.variant.code
        outputs, seconds, grades, values = [], [], {}, []
        for cell in self.variant.cells:
            if not cell.code:
                values.append([await self._value(*expression) for expression in expressions(cell.lines)])
                continue
            if cell.exercise:
                check = code[len(outputs) + 1]
                grades[cell.exercise] = await self._grade(cell, check, answers.get(cell.exercise, {}))
            self.cells[len(self.cells) + 1] = cell
            started = time.perf_counter()
            node = await self._execute(cell, join(cell.lines), keep=True)
            seconds.append(round(time.perf_counter() - started, 3))
            await self._check_outcome(cell, node)
            outputs.append(normal_outputs(node.outputs))
            on_cell(len(outputs), len(code))
        return Run(outputs, seconds, await self._ask(code[-1], jax.DEVICE), grades, values)

    async def _value(self, line: Line, expression: str) -> str:
        """The value of an expression in the prose, formatted."""
        cell = Cell(code=True, path=line.path, number=line.number, lines=(line,))
        try:
            return (await self._ask(cell, _VALUES.format(expression=expression)))["value"]
        except Failure as failure:
            headline = f"the expression in `{{{{ }}}}` fails: {failure.headline}"
            raise Failure(line, headline) from None

    async def _execute(self, cell: Cell, source: str, *, keep: bool) -> NotebookNode:
        """Run code on account of a cell; `keep` counts it as a cell of the notebook."""
        node = nbformat.v4.new_code_cell(source)
        self.client.size = 0
        try:
            return await self.client.async_execute_cell(node, 0, store_history=keep)
        except CellExecutionError:
            return node
        except CellTimeoutError:
            what = "ran" if keep else "and the answers to its exercise ran"
            message = f"the cell {what} longer than {self.settings.timeout} seconds, the timeout in mkdocs.yml."
            raise cell_failure(cell, message) from None
        except DeadKernelError:
            if asyncio.current_task().cancelling():
                raise asyncio.CancelledError from None
            raise cell_failure(cell, await self.client.cause_of_death()) from None

    async def _check_outcome(self, cell: Cell, node: NotebookNode) -> None:
        """Raise unless the cell passed or failed as its metadata says."""
        error = next((output for output in node.outputs if output.output_type == "error"), None)
        expected = cell.raises
        if expected and error is None:
            raise cell_failure(cell, f"the cell should raise {expected} but passed.")
        if expected and error.ename == expected:
            if cell.match and not re.search(cell.match, error.evalue):
                note = f'  the message of the expected error does not match "{cell.match}".'
                raise raised(cell, error, self.cells, note)
        elif error is not None:
            if jax.is_out_of_memory(error):
                raise raised(cell, error, self.cells, headline=jax.out_of_memory(await self._ask(cell, jax.DEVICE)))
            note = f"  the cell should raise {expected}, not {error.ename}." if expected else ""
            if error.ename.endswith("Warning"):
                note = "  a warning fails the build: readers would see it too."
            raise raised(cell, error, self.cells, note)
        if self.client.stopped:
            raise cell_failure(cell, self.client.stopped)
        said = "".join(output.text for output in node.outputs if output.get("name") == "stderr")
        if said:
            raise wrote_to_stderr(cell, said, self.cells)

    async def _grade(self, cell: Cell, check: Cell, more: Mapping[str, str]) -> dict:
        """Try the stubs, which must fail, and further answers, before the exercise runs."""
        answers = {**dict(cell.stubs), **more}
        body = _GRADE.format(grading=_GRADING.read_text(), answers=answers, check=join(check.lines))
        grades = await self._ask(cell, body)
        for description, _ in cell.stubs:
            if grades[description]["check"] is None:
                message = (
                    f"this check passes although the exercise {description}; let it test what the reader must write."
                )
                raise cell_failure(check, message)
        return grades

    async def _ask(self, cell: Cell, body: str) -> dict:
        """What a function with this body returns in the kernel; it is no cell of the notebook."""
        node = await self._execute(cell, _ASK.format(body=body), keep=False)
        for output in node.outputs:
            if output.output_type == "error":
                raise raised(cell, output, {}, "  while the build asked the kernel for this.")
            if "application/json" in output.get("data", {}):
                return output.data["application/json"]
        raise cell_failure(cell, "the kernel did not answer; something replaced IPython's display.")
