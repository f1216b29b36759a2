"""Runs the tutorials that have no record, several at once, the longest first."""

import asyncio
import re
import signal
import statistics
import threading
from collections.abc import Callable, Collection, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

from publishing.assemble.snippets import names, parse
from publishing.assemble.variants import Variant
from publishing.read.cells import Cell
from publishing.read.diagnostic import Line, counted, relative
from publishing.run.devices import MachineError, need_gpu
from publishing.run.failure import Failure, keep_going
from publishing.run.kernel import check_machine
from publishing.run.lesson import Kept
from publishing.run.notebook import Run, execute
from publishing.run.progress import Progress
from publishing.run.record import Record, Store, explain_write_error, read
from publishing.settings import Settings

_NAMED = 5  # up to so many tutorials that are about to run are named
_LACKS = re.compile(r"NameError: name '(\w+)' is not defined")
_UNKNOWN = float("inf")  # the seconds of what never ran here, which is first


class Failures(Exception):
    """One or more tutorials that did not run as they should."""


class Stopped(Exception):
    """A run that another thread has ended; what ran until then is kept."""


def run(
    lessons: list[Kept],
    settings: Settings,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> list[Kept]:
    """The same lessons with a record each, kept as each run ends.

    Any thread may call it. `stop` is asked five times a second; once it is true, kernels end, as
    with Ctrl-C in the main thread.

    Raises:
      Failures: after all have run, if some did not run as they should.
      MachineError: if nothing can run here.
      Stopped: if `stop` was true before the end.
    """
    if all(lesson.records for lesson in lessons):
        return lessons
    if threading.current_thread() is threading.main_thread():
        _end_in_order_on_signals()
    with progress or Progress() as live:
        try:
            done = asyncio.run(until(stop, _run(lessons, settings, live)))
        except asyncio.CancelledError:
            raise Stopped from None
    if failures := [result for result in done if isinstance(result, Failure)]:
        raise Failures("\n\n".join(map(str, failures)))
    return done


def _end_in_order_on_signals() -> None:
    """Let a closed terminal and `kill` end kernels as Ctrl-C does; under nohup, a build goes on."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, signal.SIGTERM)
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


async def until[T](stop: Callable[[], bool] | None, work: Coroutine[Any, Any, T]) -> T:
    """What the work gives, which is cancelled as soon as `stop` is true."""
    task = asyncio.ensure_future(work)
    while stop and not task.done():
        await asyncio.wait({task}, timeout=0.2)
        if stop():
            task.cancel()  # once: a second time would interrupt what ends the kernels
            break
    return await task


async def _run(lessons: list[Kept], settings: Settings, progress: Progress) -> list[Kept | Failure]:
    store = Store(settings.records)
    times = store.times()
    waiting = [lesson for lesson in lessons if not lesson.records]
    waiting.sort(key=lambda each: (times.get(each.name, _UNKNOWN), each.size), reverse=True)
    async with _machine(settings, waiting) as machine:
        for sentence in _announcements(lessons, waiting, store):
            progress.say(sentence)
        progress.begin(_costs([lesson.name for lesson in waiting], times))
        async with asyncio.TaskGroup() as group:
            tasks = {
                lesson.name: group.create_task(_run_one(lesson, machine, store, progress))
                for lesson in waiting
            }
    return [tasks[each.name].result() if each.name in tasks else each for each in lessons]


def _announcements(lessons: list[Kept], waiting: list[Kept], store: Store) -> list[str]:
    """How many tutorials run, which if they are few, and which files are no records of theirs."""
    names = ", ".join(lesson.name for lesson in waiting) if len(waiting) <= _NAMED else ""
    what = f"{len(waiting)} of {counted(len(lessons), 'tutorial')} to run{names and ': '}{names}"
    files = (path for each in waiting for path in (store.folder / each.key.digest).glob("*.json"))
    wrong = "is not a whole record of this version; its tutorial runs again."
    return [what, *(f"{relative(path)} {wrong}" for path in files if read(path) is None)]


async def _run_one(lesson: Kept, machine: Any, store: Store, progress: Progress) -> Kept | Failure:
    """The lesson with its record, or why it has none."""
    name = lesson.name
    try:
        run = await machine.run(lesson, partial(progress.cell, name))
        record = Record(name, lesson.key, run)
        path = store.keep(record)
    except (Failure, OSError) as error:
        if isinstance(error, OSError):
            what = f"its run could not be kept: {explain_write_error(error) or error}"
            error = Failure(Line("", lesson.tutorial.path, 1), what)
        progress.ended(name, f"failed {name}: {str(error).splitlines()[0]}")
        return error
    progress.ended(name, f"ran {name} in {record.seconds:.1f} s")
    return replace(lesson, records=(path,), executed_at=record.executed_at, new=True)


class _Local:
    """Runs tutorials on this machine, as `Cluster` does on others."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # One kernel more than may run is started, so that it is ready when its turn comes.
        self.started = asyncio.Semaphore(settings.kernels + 1)
        self.running = asyncio.Semaphore(settings.kernels)

    async def run(self, lesson: Kept, on_cell: Callable[[int, int], None]) -> Run:
        execute_it = execute_on if self.settings.keep_going else execute
        async with self.started:
            return await execute_it(
                lesson.solved, self.settings, on_cell=on_cell, turn=self.running
            )


def _machine(settings: Settings, waiting: list[Kept]) -> AbstractAsyncContextManager:
    if not settings.cluster:
        check_machine()
        if settings.device == "gpu":
            need_gpu()
        return nullcontext(_Local(settings))
    try:
        from publishing.run.dask import cluster
    except ModuleNotFoundError as error:
        way = "`uv run --extra cluster tutorials run ...` brings it."
        raise MachineError(f"a cluster needs dask.distributed ({error}); {way}") from None
    return cluster(settings)


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


async def execute_on(variant: Variant, settings: Settings, **more: Any) -> Run:
    """As `execute`; the Failure that it raises has those of all cells."""
    run, failures = await tried(variant, settings, **more)
    if failures:
        first, *others = failures
        raise Failure(first.line, first.headline, "\n\n".join([first.details, *map(str, others)]))
    return run


async def tried(
    variant: Variant,
    settings: Settings,
    lacking: Collection[str] = (),
    *,
    sure: bool = False,
    **more: Any,
) -> tuple[Run | None, list[Failure]]:
    """What a run gave, unless it could not go on, and the failures of its cells.

    Left out are cells that only lack a name which a cell that failed would have bound, or that is `lacking` anyway;
    with `sure`, also all after a cell of the first kind: what fails there may not fail once the names are there.
    """
    run = None
    with keep_going() as failures:
        try:
            run = await execute(variant, settings, **more)
        except Failure as last:
            failures.append(last)
    missing: set[str] = set()
    causes = []
    for failure in failures:
        cell = cell_of(variant, failure.line)
        lacks = _LACKS.fullmatch(failure.headline)
        if lacks and lacks[1] in missing and sure:
            break
        if not (lacks and lacks[1] in missing.union(lacking)):
            causes.append(failure)
        missing |= bound(cell) if cell and cell.is_python else set()
    return run, causes


def cell_of(variant: Variant, line: Line) -> Cell | None:
    """The code cell that a line is of, its marker line included."""
    own = (
        cell
        for cell in reversed(variant.code)
        if (cell.path, True) == (line.path, cell.number <= line.number)
    )
    return next((cell for cell in variant.code if line in cell.lines), None) or next(own, None)


def bound(cell: Cell) -> set[str]:
    """The global names that a cell binds."""
    return {name.name for node in parse(cell.lines).body for name in names(node) if name.binds}
