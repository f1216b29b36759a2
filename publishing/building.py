"""All tutorials: read, assembled, looked up, and run where no record stands; several kernels at once, longest first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, replace

from publishing.execution import execute
from publishing.failure import Failure
from publishing.kernel import clear_killed
from publishing.keys import Key, key
from publishing.progress import Progress
from publishing.records import Record, Store, record_now
from publishing.settings import Settings
from publishing.silence import silenced
from publishing.source import Line, SourceError, shown
from publishing.tutorial import read_tutorials
from publishing.variants import Variant, exercise, solved
from publishing.writing import remove_unfinished, told


@dataclass(frozen=True)
class Job:
    """A tutorial to publish: its solved variant, its key, and its record if one stands."""

    variant: Variant
    key: Key
    record: Record | None

    @property
    def name(self) -> str:
        """The name of the tutorial."""
        return self.variant.tutorial.name


class Failures(Exception):
    """One or more tutorials that did not run as they should."""

    def __init__(self, failures: list[Failure]) -> None:
        super().__init__("\n\n".join(map(str, failures)))
        self.failures = failures


def jobs(settings: Settings, *, force: bool = False) -> list[Job]:
    """Every tutorial with its record, where one stands for its code, Python and packages.

    Raises:
      SourceError: with every problem in the author's files.
    """
    store = Store(settings.records)
    found, problems = [], []
    for tutorial in read_tutorials(settings.source):
        try:
            variant = solved(tutorial, settings.snippets)
            exercise(tutorial, settings.snippets)  # what is wrong with it is told before anything runs
            silenced(variant)
            its_key = key(variant)
        except SourceError as error:
            problems += error.problems
            continue
        found.append(Job(variant, its_key, None if force else store.find(its_key, settings.device)))
    if problems:
        raise SourceError(*dict.fromkeys(problems))
    return found


def run(todo: Iterable[Job], settings: Settings, progress: Progress | None = None) -> list[Job]:
    """The same jobs with a record each; those without one are run. Records are kept as each run ends.

    Raises:
      Failures: if any run fails; the others are finished and kept.
    """
    todo = list(todo)
    clear_killed()
    remove_unfinished(settings.records)
    with progress or nullcontext():
        done = asyncio.run(_run(todo, settings, progress or Progress.silent()))
    failures = [result for result in done if isinstance(result, Failure)]
    if failures:
        raise Failures(failures)
    return done


async def _run(todo: list[Job], settings: Settings, progress: Progress) -> list[Job | Failure]:
    store = Store(settings.records)
    waiting = [job for job in todo if job.record is None]
    expected = {job.name: record.seconds for job in waiting if (record := store.latest(job.name))}
    for job in waiting:
        for path in store.remove_damaged(job.key):
            progress.note(f"The record {shown(path)} was damaged and is removed; {job.name} runs again.")
    waiting.sort(key=lambda job: expected.get(job.name, float("inf")), reverse=True)
    progress.begin([job.name for job in waiting], len(todo))
    free = asyncio.Semaphore(settings.kernels)
    results: dict[str, Job | Failure] = {job.name: job for job in todo}

    async def one(job: Job) -> None:
        async with free:
            progress.started(job.name)
            try:
                outcome = await execute(
                    job.variant, settings, on_cell=lambda done, cells: progress.cell(job.name, done, cells)
                )
                record = record_now(job.name, job.key, outcome)
                store.keep(record)
            except (Failure, OSError) as error:
                failure = error if isinstance(error, Failure) else _unwritten(job, error)
                results[job.name] = failure
                progress.failed(job.name, failure)
                return
            results[job.name] = replace(job, record=record)
            progress.finished(job.name, record.seconds)

    async with asyncio.TaskGroup() as group:
        for job in waiting:
            group.create_task(one(job))
    return list(results.values())


def _unwritten(job: Job, error: OSError) -> Failure:
    return Failure(Line("", job.variant.tutorial.path, 1), f"its run could not be kept: {told(error)}")
