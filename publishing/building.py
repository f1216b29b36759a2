"""All tutorials: read, assembled, looked up, and run where no record stands; several kernels at once, longest first."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publishing import environment
from publishing.cells import Tutorial
from publishing.execution import Run, execute
from publishing.failure import Failure
from publishing.kernel import clear_killed
from publishing.keys import Key, key
from publishing.machines import Unfit, need_gpu
from publishing.memo import Memo
from publishing.records import Record, Store, record_now
from publishing.settings import Settings
from publishing.silence import silenced
from publishing.snippet import written
from publishing.source import Line, SourceError, shown, text
from publishing.tutorial import read_tutorials
from publishing.variants import Variant, exercise, solved
from publishing.writing import remove_unfinished, told

if TYPE_CHECKING:
    from publishing.progress import Progress


@dataclass(frozen=True)
class Job:
    """A tutorial to publish: solved and to work in, its key, its record if one stands, whether this build made that."""

    variant: Variant
    work: Variant
    key: Key
    record: Record | None
    new: bool = False

    @property
    def name(self) -> str:
        """The name of the tutorial."""
        return self.variant.tutorial.name

    @cached_property
    def digest(self) -> str:
        """A digest of the tutorial and its record, all that its page and downloads show of it."""
        cells = [(text(cell.lines), [line.number for line in cell.lines]) for cell in self.variant.cells]
        work = [text(cell.lines) for cell in self.work.cells]
        return hashlib.sha256(repr((self.variant.tutorial.digest, cells, work, self.record)).encode()).hexdigest()


class Failures(Exception):
    """One or more tutorials that did not run as they should, or machines that could not run them."""

    def __init__(self, failures: list[Failure] | list[Unfit]) -> None:
        super().__init__("\n\n".join(map(str, failures)))
        self.failures = failures


def jobs(settings: Settings, *, force: bool = False) -> list[Job]:
    """Every tutorial with its record, where one stands for its code, Python and packages.

    Raises:
      SourceError: with every problem in the author's files.
    """
    environment.look_again()
    store, memo = Store(settings.records), Memo(settings.kept)
    snippets = written(settings.snippets)
    found, problems = [], []
    for tutorial in read_tutorials(settings.source, memo):
        try:
            prepare = partial(_prepared, tutorial, settings.snippets)
            variant, work, needed = memo("variants", (tutorial.digest, settings.snippets, snippets), prepare)
            its_key = key(variant, needed=needed)
        except SourceError as error:
            problems += error.problems
            continue
        found.append(Job(variant, work, its_key, None if force else store.find(its_key, settings.device)))
    if problems:
        raise SourceError(*dict.fromkeys(problems))
    return found


def _prepared(tutorial: Tutorial, snippets: Path) -> tuple[Variant, Variant, tuple[str, ...]]:
    """A tutorial solved and to work in, and the distributions that it needs; what is wrong is told before it runs."""
    variant, work = solved(tutorial, snippets), exercise(tutorial, snippets)
    silenced(variant)
    return variant, work, environment.imported(variant)


def run(
    todo: Iterable[Job],
    settings: Settings,
    progress: Callable[[], Progress] | None = None,
    ran: Callable[[Job], Any] = lambda job: None,
) -> list[Job]:
    """The same jobs with a record each; those without one are run. Records are kept as each run ends.

    Args:
      todo: the jobs.
      settings: where and how they run.
      progress: makes what a person sees, if anything is to run.
      ran: called with each job that has run, at once; it must not take long.

    Raises:
      Failures: if any run fails; the others are finished and kept. Or if the machines are not fit to run any.
    """
    todo = list(todo)
    clear_killed()
    remove_unfinished(settings.records)
    waiting = [job for job in todo if job.record is None]
    if not waiting:
        return todo
    with (progress or _silent)() as live:
        try:
            done = asyncio.run(_run(todo, waiting, settings, live, ran))
        except Unfit as error:
            raise Failures([error]) from None
    failures = [result for result in done if isinstance(result, Failure)]
    if failures:
        raise Failures(failures)
    return done


async def _run(
    todo: list[Job], waiting: list[Job], settings: Settings, progress: Progress, ran: Callable[[Job], Any]
) -> list[Job | Failure]:
    store = Store(settings.records)
    expected = store.times()
    for job in waiting:
        for path in store.remove_damaged(job.key):
            progress.note(f"The record {shown(path)} was damaged and is removed; {job.name} runs again.")
    # What never ran here comes first, and of that the one with most code.
    waiting.sort(key=lambda job: (expected.get(job.name, float("inf")), _size(job)), reverse=True)
    results: dict[str, Job | Failure] = {job.name: job for job in todo}

    async def one(job: Job, machine: Any) -> None:
        try:
            async with machine.place(job.variant) as execute_there:
                progress.started(job.name)
                outcome = await execute_there(job.variant, job.key, partial(progress.cell, job.name))
            record = record_now(job.name, job.key, outcome)
            store.keep(record)
        except (Failure, OSError) as error:
            failure = error if isinstance(error, Failure) else _unwritten(job, error)
            results[job.name] = failure
            progress.failed(job.name, failure)
            return
        results[job.name] = done = replace(job, record=record, new=True)
        progress.finished(job.name, record.seconds)
        ran(done)

    async with _machine(settings, waiting) as machine:
        progress.begin([job.name for job in waiting], len(todo))
        async with asyncio.TaskGroup() as group:
            for job in waiting:
                group.create_task(one(job, machine))
    if any(isinstance(result, Job) and result.record is None for result in results.values()):
        raise KeyboardInterrupt  # while a kernel starts, nbclient's handler ends that run only, without a word
    return list(results.values())


def _silent() -> Progress:
    from publishing.progress import Progress  # only what runs needs Rich, which takes its time to load

    return Progress.silent()


def _size(job: Job) -> int:
    return sum(len(text(cell.lines)) for cell in job.variant.code)


def _unwritten(job: Job, error: OSError) -> Failure:
    return Failure(Line("", job.variant.tutorial.path, 1), f"its run could not be kept: {told(error)}")


class _Local:
    """Gives each tutorial a place on this machine, as `Cluster` does on others.

    One kernel more than may run is started, so that it is ready when its turn comes.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.started, self.running = asyncio.Semaphore(settings.kernels + 1), asyncio.Semaphore(settings.kernels)

    @asynccontextmanager
    async def place(self, _: Variant) -> AsyncIterator[Callable]:
        async with self.started:
            yield self._execute

    async def _execute(self, variant: Variant, _: Key, on_cell: Callable[[int, int], None]) -> Run:
        return await execute(variant, self.settings, on_cell=on_cell, turn=self.running)


def _machine(settings: Settings, waiting: list[Job]) -> AbstractAsyncContextManager:
    """What gives tutorials a place to run."""
    if not settings.cluster:
        if settings.device == "gpu":
            need_gpu()
        return nullcontext(_Local(settings))
    try:
        from publishing.cluster import cluster
    except ModuleNotFoundError as error:
        message = f"a cluster needs dask.distributed ({error}); `uv run --extra cluster tutorials run ...` brings it."
        raise Unfit(message) from None
    return cluster(settings, [job.key for job in waiting])
