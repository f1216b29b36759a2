"""Runs one notebook: its kernel, limits, expected errors, stubs and warnings."""

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

from publishing.failure import cell_failure, exhausted, out_of_memory_on, raised, wrote_to_stderr
from publishing.kernel import Kernel, kernel_folder
from publishing.limits import LimitedClient
from publishing.outputs import normal_outputs
from publishing.settings import Settings
from publishing.source import text
from publishing.variants import Variant, VariantCell

Verdicts = dict[str, dict[str, dict[str, str | None]]]

_JUDGE = Path(__file__).with_name("judging.py")
_ASK = """
def _asked():
    import sys, types
{body}
get_ipython().display_pub.publish({{"application/json": _asked()}})
del _asked
"""
_DEVICE = """
    devices = sys.modules["jax"].devices() if "jax" in sys.modules else []
    if devices:
        return {"platform": devices[0].platform, "kind": devices[0].device_kind}
    return {"platform": "cpu", "kind": "cpu"}
"""
_TRY = """
    judging = types.ModuleType("judging")
    exec({judging!r}, judging.__dict__)
    return judging.judge(get_ipython().user_ns, {answers!r}, {check!r})
"""
_QUIET = logging.getLogger("publishing.nbclient")
_QUIET.addHandler(logging.NullHandler())
_QUIET.propagate = False


@dataclass(frozen=True)
class Run:
    """What a run gave: the outputs of each code cell, its seconds, the device, and the verdicts on answers."""

    outputs: list[list[NotebookNode]]
    seconds: list[float]
    device: dict[str, str]
    verdicts: Verdicts


async def execute(
    variant: Variant,
    settings: Settings,
    answers: Mapping[str, Mapping[str, str]] | None = None,
    on_cell: Callable[[int, int], None] = lambda done, cells: None,
    turn: AbstractAsyncContextManager | None = None,
) -> Run:
    """Run a solved variant in a kernel of its own, in an empty folder, and judge the stubs of its exercises.

    Args:
      variant: the solved variant.
      settings: timeout, memory and device.
      answers: for an exercise, further answers to judge, by description.
      on_cell: called with the number of code cells done and their total.
      turn: entered while cells run; a kernel may start before, and end after.

    Raises:
      Failure: if a cell fails, an expected error does not come, a check passes on a stub, or a limit is passed.
    """
    with kernel_folder() as folder:
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
            atexit.unregister(client._cleanup_kernel)
            if watch:
                watch.cancel()


class _Runner:
    def __init__(self, client: LimitedClient, variant: Variant, settings: Settings) -> None:
        self.client, self.variant, self.settings = client, variant, settings
        self.cells: dict[int, VariantCell] = {}

    async def run(self, answers: Mapping[str, Mapping[str, str]], on_cell: Callable[[int, int], None]) -> Run:
        cells = self.variant.code
        outputs, seconds, verdicts = [], [], {}
        for index, cell in enumerate(cells):
            if cell.cell.exercise:
                more = answers.get(cell.cell.exercise, {})
                verdicts[cell.cell.exercise] = await self._judge(cell, cells[index + 1], more)
            self.cells[len(self.cells) + 1] = cell
            started = time.perf_counter()
            node = await self._execute(cell, text(cell.lines), keep=True)
            seconds.append(round(time.perf_counter() - started, 3))
            await self._check_outcome(cell, node)
            outputs.append(normal_outputs(node.outputs))
            on_cell(index + 1, len(cells))
        return Run(outputs, seconds, await self._ask(cells[-1], _DEVICE), verdicts)

    async def _execute(self, cell: VariantCell, source: str, *, keep: bool) -> NotebookNode:
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

    async def _check_outcome(self, cell: VariantCell, node: NotebookNode) -> None:
        """Raise unless the cell passed or failed as its metadata says."""
        error = next((output for output in node.outputs if output.output_type == "error"), None)
        expected = cell.cell.raises
        if expected and error is None:
            raise cell_failure(cell, f"the cell should raise {expected} but passed.")
        if expected and error.ename == expected:
            if cell.cell.match and not re.search(cell.cell.match, error.evalue):
                note = f'  the message of the expected error does not match "{cell.cell.match}".'
                raise raised(cell, error, self.cells, note)
        elif error is not None:
            if exhausted(error):
                raise raised(cell, error, self.cells, headline=out_of_memory_on(await self._ask(cell, _DEVICE)))
            note = f"  the cell should raise {expected}, not {error.ename}." if expected else ""
            if error.ename.endswith("Warning"):
                note = "  a warning fails the build: readers would see it too."
            raise raised(cell, error, self.cells, note)
        if self.client.stopped:
            raise cell_failure(cell, self.client.stopped)
        said = "".join(output.text for output in node.outputs if output.get("name") == "stderr")
        if said:
            raise wrote_to_stderr(cell, said, self.cells)

    async def _judge(self, cell: VariantCell, check: VariantCell, more: Mapping[str, str]) -> dict:
        """Try the stubs, which must fail, and further answers, before the exercise runs."""
        answers = {**dict(cell.stubs), **more}
        body = _TRY.format(judging=_JUDGE.read_text(), answers=answers, check=text(check.lines))
        verdicts = await self._ask(cell, body)
        for description, _ in cell.stubs:
            if verdicts[description]["check"] is None:
                message = (
                    f"this check passes although the exercise {description}; let it test what the reader must write."
                )
                raise cell_failure(check, message)
        return verdicts

    async def _ask(self, cell: VariantCell, body: str) -> dict:
        """What a function with this body returns in the kernel; it is no cell of the notebook."""
        node = await self._execute(cell, _ASK.format(body=body), keep=False)
        for output in node.outputs:
            if output.output_type == "error":
                raise raised(cell, output, {}, "  while the answers to this exercise were judged.")
            if "application/json" in output.get("data", {}):
                return output.data["application/json"]
        raise cell_failure(cell, "the kernel did not answer; something replaced IPython's display.")
