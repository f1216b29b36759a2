"""Runs the tutorials that have no record, several at once, the longest first."""

import asyncio
import re
import signal
import statistics
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from publishing.read.diagnostic import Line, counted, relative
from publishing.run.data import execute
from publishing.run.devices import MachineError, need_gpu
from publishing.run.failure import Failure
from publishing.run.kernel import check_machine
from publishing.run.lesson import Lesson
from publishing.run.notebook import Run
from publishing.run.progress import Progress
from publishing.run.record import Record, Store, read
from publishing.settings import Settings

Execute = Callable[..., Awaitable[Run]]  # runs a lesson

_NAMED = 5  # up to so many tutorials that are about to run are named
_UNKNOWN = float("inf")  # the seconds of what never ran here, which is first


class Failures(Exception):
    """One or more tutorials that did not run as they should."""


def run(
    lessons: list[Lesson], settings: Settings, progress: Progress | None = None
) -> list[Lesson]:
    """The same lessons with a record each, kept as each run ends; any thread may call it.

    Raises Failures after all have run, if some did not run as they should, or a MachineError if
    none can.
    """
    if settings.elsewhere:
        given = " ".join(f"{name}={value}" for name, value in settings.elsewhere.items())
        kept = f"its records are apart, in {relative(settings.records)}"
        Progress().say(f"a run elsewhere, with {given}; {kept}")
    if all(lesson.record for lesson in lessons):
        return lessons
    if threading.current_thread() is threading.main_thread():
        end_in_order_on_signals()
    with progress or Progress() as live:
        done = asyncio.run(_run(lessons, settings, live))
    if failures := [result for result in done if isinstance(result, Failure)]:
        raise Failures("\n\n".join(map(str, failures)))
    return done


def end_in_order_on_signals() -> None:
    """Let a closed terminal and `kill` end kernels as Ctrl-C does; under nohup, a build goes on."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


async def _run(
    lessons: list[Lesson], settings: Settings, progress: Progress
) -> list[Lesson | Failure]:
    store = Store(settings.records)
    times = store.times()
    waiting = [lesson for lesson in lessons if not lesson.record]
    waiting.sort(key=lambda each: times.get(each.name, _UNKNOWN), reverse=True)
    names = ", ".join(lesson.name for lesson in waiting) if len(waiting) <= _NAMED else ""
    what = f"{len(waiting)} of {counted(len(lessons), 'tutorial')} to run"
    async with _machine(settings) as run_lesson:
        progress.say(f"{what}: {names}" if names else what)
        for lesson in waiting:
            for path in (store.folder / lesson.key.digest).glob("*.json"):
                if read(path) is None:
                    what = f"{relative(path)} is not a whole record"
                    progress.say(f"{what}; its tutorial runs again.")
        progress.begin(_costs([lesson.name for lesson in waiting], times))
        async with asyncio.TaskGroup() as group:
            tasks = {
                lesson.name: group.create_task(_run_one(lesson, run_lesson, store, progress))
                for lesson in waiting
            }
    return [tasks[each.name].result() if each.name in tasks else each for each in lessons]


async def _run_one(
    lesson: Lesson, run_lesson: Execute, store: Store, progress: Progress
) -> Lesson | Failure:
    """The lesson with its record, or why it has none."""
    name = lesson.name
    try:
        run = await run_lesson(lesson, partial(progress.cell, name))
        record = Record(name, lesson.key, run)
        store.keep(record)
    except (Failure, OSError) as error:
        if isinstance(error, OSError):
            place = Line("", lesson.tutorial.path, 1)
            error = Failure(place, f"its run could not be kept: {error}")
        progress.ended(name, f"failed {name}: {str(error).splitlines()[0]}")
        return error
    progress.ended(name, f"ran {name} in {record.seconds:.1f} s")
    return replace(lesson, record=record, new=True)


@asynccontextmanager
async def _machine(settings: Settings) -> AsyncIterator[Execute]:
    """What runs a lesson, on this machine or on a cluster."""
    if settings.cluster:
        try:
            from publishing.run.dask import cluster
        except ModuleNotFoundError as error:
            way = "`uv run --with distributed tutorials run ...` brings it."
            raise MachineError(f"a cluster needs dask.distributed ({error}); {way}") from None
        async with cluster(settings) as run_there:
            yield run_there
        return
    check_machine()
    if settings.device == "gpu":
        need_gpu()
    kernels = asyncio.Semaphore(settings.kernels)

    async def run_here(lesson: Lesson, on_cell: Callable[[int, int], None]) -> Run:
        async with kernels:
            return await execute(lesson.solved, settings, on_cell=on_cell)

    yield run_here


def shard(part: str, names: list[str], seconds: Mapping[str, float]) -> list[str]:
    """The tutorials of the part that `2/5` names; raises a MachineError if it names none.

    Each is in exactly one part, and equal arguments give equal parts everywhere. The longest are
    given out first, each to the part that has least to do; unknown times count as the median.
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
    """The seconds that each tutorial took when it last ran here; if it never did, the median."""
    usual = statistics.median([seconds[name] for name in names if name in seconds] or [1.0])
    return {name: max(seconds.get(name, usual), 0.01) for name in names}
