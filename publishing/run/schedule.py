"""Runs the tutorials that have no record, several at once, the longest first."""

import asyncio
import re
import signal
import statistics
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

from publishing.read.diagnostic import Line, counted, relative
from publishing.run.devices import MachineError, need_gpu
from publishing.run.failure import Failure
from publishing.run.kernel import check_machine
from publishing.run.lesson import Kept
from publishing.run.notebook import Run, execute
from publishing.run.progress import Progress
from publishing.run.record import Record, Store, explain_write_error, read
from publishing.settings import Settings

Execute = Callable[..., Awaitable[Run]]  # as run/notebook.py's

_NAMED = 5  # up to so many tutorials that are about to run are named


class Failures(Exception):
    """One or more tutorials that did not run as they should."""


def run(
    lessons: list[Kept],
    settings: Settings,
    progress: Progress | None = None,
    execute: Execute = execute,
) -> list[Kept]:
    """The same lessons with a record each, kept as each run ends; raises Failures after all, or a MachineError.

    `execute` is what runs one of them on this machine.
    """
    if all(lesson.records for lesson in lessons):
        return lessons
    if threading.current_thread() is threading.main_thread():
        for name in (
            "SIGTERM",
            "SIGHUP",
        ):  # the terminal was closed; under nohup, which ignores it, the build goes on
            if signal.getsignal(number := getattr(signal, name, signal.SIGTERM)) == signal.SIG_DFL:
                signal.signal(
                    number, signal.default_int_handler
                )  # which ends kernels in order, as Ctrl-C does
    with progress or Progress() as live:
        done = asyncio.run(_run(lessons, settings, live, execute))
    if failures := [result for result in done if isinstance(result, Failure)]:
        raise Failures("\n\n".join(map(str, failures)))
    return done


async def _run(
    lessons: list[Kept],
    settings: Settings,
    progress: Progress,
    execute: Execute,
) -> list[Kept | Failure]:
    store = Store(settings.records)
    times = store.times()
    waiting = [lesson for lesson in lessons if not lesson.records]
    waiting.sort(key=lambda lesson: lesson.size, reverse=True)
    waiting.sort(
        key=lambda lesson: times.get(lesson.name, float("inf")), reverse=True
    )  # what never ran here first
    results: dict[str, Kept | Failure] = {lesson.name: lesson for lesson in lessons}

    async def run_one(lesson: Kept, machine: Any) -> None:
        name = lesson.name
        try:
            record = Record(
                name, lesson.key, await machine.run(lesson, partial(progress.cell, name))
            )
            kept = store.keep(record)
        except (Failure, OSError) as error:
            if isinstance(error, OSError):
                reason = explain_write_error(error) or error
                error = Failure(
                    Line("", lesson.tutorial.path, 1), f"its run could not be kept: {reason}"
                )
            results[name] = error
            progress.ended(name, f"failed {name}: {str(error).splitlines()[0]}")
        else:
            results[name] = replace(
                lesson, records=(kept,), executed_at=record.executed_at, new=True
            )
            progress.ended(name, f"ran {name} in {record.seconds:.1f} s")

    async with _machine(settings, waiting, execute) as machine:
        names = ", ".join(lesson.name for lesson in waiting) if len(waiting) <= _NAMED else ""
        progress.say(
            f"{len(waiting)} of {counted(len(lessons), 'tutorial')} to run{names and ': '}{names}"
        )
        for path in (
            path for lesson in waiting for path in (store.folder / lesson.key.digest).glob("*.json")
        ):
            if read(path) is None:
                progress.say(
                    f"{relative(path)} is not a whole record of this version; its tutorial runs again."
                )
        progress.begin(_costs([lesson.name for lesson in waiting], times), settings.kernels)
        async with asyncio.TaskGroup() as group:
            for lesson in waiting:
                group.create_task(run_one(lesson, machine))
    return list(results.values())


class _Local:
    """Runs tutorials on this machine, as `Cluster` does on others."""

    def __init__(self, settings: Settings, execute: Execute) -> None:
        self.settings, self.execute = settings, execute
        # One kernel more than may run is started, so that it is ready when its turn comes.
        self.started, self.running = (
            asyncio.Semaphore(settings.kernels + 1),
            asyncio.Semaphore(settings.kernels),
        )

    async def run(self, lesson: Kept, on_cell: Callable[[int, int], None]) -> Run:
        async with self.started:
            return await self.execute(
                lesson.solved, self.settings, on_cell=on_cell, turn=self.running
            )


def _machine(
    settings: Settings, waiting: list[Kept], execute: Execute
) -> AbstractAsyncContextManager:
    if not settings.cluster:
        check_machine()
        if settings.device == "gpu":
            need_gpu()
        return nullcontext(_Local(settings, execute))
    try:
        from publishing.run.dask import cluster
    except ModuleNotFoundError as error:
        message = f"a cluster needs dask.distributed ({error}); `uv run --extra cluster tutorials run ...` brings it."
        raise MachineError(message) from None
    return cluster(settings, [lesson.key for lesson in waiting])


def shard(part: str, names: list[str], seconds: Mapping[str, float]) -> list[str]:
    """The tutorials of the part that `2/5` names; raises a MachineError for what is none.

    Each is in exactly one part, and equal arguments give equal parts everywhere. The longest are given out first, each
    to the part that has least to do; unknown times count as the median.
    """
    match = re.fullmatch(r"([0-9]+)/([0-9]+)", part)
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        raise MachineError(f"{part} is not a shard; write 2/5 for the second of five.")
    costs = _costs(names, seconds)
    parts: list[list[str]] = [[] for _ in range(int(match[2]))]
    for name in sorted(costs, key=lambda name: (-costs[name], name)):
        min(parts, key=lambda part: (sum(costs[name] for name in part), len(part))).append(name)
    return parts[int(match[1]) - 1]


def _costs(names: list[str], seconds: Mapping[str, float]) -> dict[str, float]:
    """The seconds that each tutorial took when it last ran; what never ran here counts as the median."""
    usual = statistics.median([seconds[name] for name in names if name in seconds] or [1.0])
    return {name: max(seconds.get(name, usual), 0.01) for name in names}
