"""Runs one notebook: its kernel, limits, expected errors, stubs and warnings."""

from __future__ import annotations

import asyncio
import atexit
import json
import logging
import re
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from publishing.failure import cell_failure, exhausted, out_of_memory_on, raised
from publishing.kernel import Kernel, kernel_folder, leave_signals_alone, out_of_memory
from publishing.outputs import normal_outputs
from publishing.settings import Settings
from publishing.source import text
from publishing.variants import Variant, VariantCell

OUTPUT_LIMIT = 5_000_000
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
) -> Run:
    """Run a solved variant in a kernel of its own, in an empty folder, and judge the stubs of its exercises.

    Args:
      variant: the solved variant.
      settings: timeout, memory and device.
      answers: for an exercise, further answers to judge, by description.
      on_cell: called with the number of code cells done and their total.

    Raises:
      Failure: if a cell fails, an expected error does not come, a check passes on a stub, or a limit is passed.
    """
    with kernel_folder() as folder:
        client = NotebookClient(
            nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell()]),
            timeout=settings.timeout,
            kernel_manager_class=Kernel,
            shutdown_kernel="immediate",
            on_notebook_start=leave_signals_alone,
        )
        client.log = _QUIET
        client.km = Kernel(folder)
        memory = asyncio.Event()
        watch: asyncio.Task | None = None
        try:
            async with client.async_setup_kernel(**client.km.launch(settings)):
                watch = asyncio.create_task(out_of_memory(client.km, settings.memory, memory))
                return await _Runner(client, variant, settings, memory).run(answers or {}, on_cell)
        except RuntimeError as error:
            raise cell_failure(variant.code[0], f"the kernel did not start: {error}") from error
        finally:
            atexit.unregister(client._cleanup_kernel)
            if watch:
                watch.cancel()


class _Runner:
    def __init__(self, client: NotebookClient, variant: Variant, settings: Settings, memory: asyncio.Event) -> None:
        self.client, self.variant, self.settings, self.memory = client, variant, settings, memory
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
            raise cell_failure(cell, await self._cause_of_death()) from None

    async def _cause_of_death(self) -> str:
        if self.memory.is_set():
            return (
                f"the kernel took more than {self.settings.memory} MB, the memory option in mkdocs.yml; it was stopped."
            )
        code = await self.client.km.provisioner.poll()
        if code is not None and code < 0:
            name = signal.Signals(-code).name
            hint = "; the system may have run out of memory" if name == "SIGKILL" else ""
            return f"the kernel was killed by {name}{hint}."
        return f"the kernel ended by itself with exit code {code}."

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
        size = len(json.dumps(node.outputs))
        if size > OUTPUT_LIMIT:
            raise cell_failure(
                cell, f"the cell put out {size / 1e6:.0f} MB; at most {OUTPUT_LIMIT / 1e6:.0f} MB can be shown."
            )

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
