"""All tutorials: read, assembled, looked up, and run where there is no record; several at once, the longest first."""

import asyncio
import difflib
import re
import signal
import statistics
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from publishing.assemble.variants import Variant, solve, unsolve
from publishing.read.cells import Tutorial
from publishing.read.percent import files, read_tutorial, read_tutorials
from publishing.read.problem import Line, SourceError, counted, join, relative
from publishing.run import packages
from publishing.run.cache import Cache
from publishing.run.failure import Failure
from publishing.run.going import execute_on
from publishing.run.jax import MachineError, need_gpu
from publishing.run.kernel import check_machine
from publishing.run.notebook import Run, execute
from publishing.run.progress import Progress
from publishing.run.record import Key, Record, Store, explain_write_error, key, read
from publishing.settings import Settings

_NAMED = 5  # up to so many tutorials that are about to run are named


@dataclass(frozen=True)
class Lesson:
    """A tutorial to publish: its two variants, its key, its record if there is one, and whether this build ran it.

    Of a tutorial that also ran on another kind of device, `beside` is the record of that. `made_from` names all that
    the variants depend on; it is empty where nobody keeps what becomes of them.
    """

    solved: Variant
    student: Variant
    key: Key
    record: Record | None
    new: bool = False
    beside: Record | None = None
    made_from: str = ""

    @property
    def name(self) -> str:
        """The name of the tutorial."""
        return self.solved.tutorial.name


class Failures(Exception):
    """One or more tutorials that did not run as they should."""


def load(settings: Settings, names: Collection[str] = (), *, force: bool = False) -> list[Lesson]:
    """The named tutorials, or all, with their records; raises a SourceError with every problem in their files."""
    packages.clear_cache()
    store, cache = Store(settings.records), Cache(settings.cache, settings.source.parent)
    folders = settings.snippets.walk(follow_symlinks=True)  # as imports do
    snippets = sorted(folder / name for folder, _, names in folders for name in names if name.endswith(".py"))
    lessons, problems, texts = [], [], {}
    names = named(names, settings.source)

    def read_kept(path: Path, name: str) -> Tutorial:
        texts[name], tutorial = cache.named((path, name), partial(read_tutorial, path, name), [path])
        return tutorial

    for tutorial in read_tutorials(settings.source, read_kept, names):
        assemble = partial(_assembled, tutorial, settings.snippets)
        try:
            made_from, (solved, student, imports) = cache.named(
                (texts[tutorial.name], settings.snippets), assemble, snippets
            )
            its_key = key(solved, imports)
        except SourceError as error:
            problems += error.problems
            continue
        record = None if force else store.find(its_key, settings.device)
        beside = record and store.beside(record)
        lessons.append(Lesson(solved, student, its_key, record, beside=beside, made_from=made_from))
    if problems:
        raise SourceError(*dict.fromkeys(problems))
    return lessons


def _assembled(tutorial: Tutorial, snippets: Path) -> tuple[Variant, Variant, tuple[str, ...]]:
    """The two variants, and what they import."""
    solved = solve(tutorial, snippets)
    return solved, unsolve(tutorial, snippets), packages.imported(solved)


def named(given: Collection[str], source: Path) -> list[str]:
    """The names of tutorials that are given by name or path; raises a MachineError for what is neither."""
    known, names = files(source), []
    by_place = {path.resolve(): name for name, path in known.items()}
    for text in given:
        places = (folder / text for folder in (Path(), source, source.parent))
        paths = (place.with_name(place.name.removesuffix(".py") + ".py").resolve() for place in places if place.name)
        name = text if text in known else next((by_place[path] for path in paths if path in by_place), None)
        if name is None:
            wanted = text.removesuffix(".py").removeprefix("./").removeprefix(f"{source.name}/")
            close = difflib.get_close_matches(wanted, known, n=1)
            way = f"do you mean {close[0]}?" if close else "`tutorials list` shows all."
            raise MachineError(f"there is no tutorial {text}; {way}")
        names.append(name)
    return names


def run(lessons: list[Lesson], settings: Settings, progress: Progress | None = None) -> list[Lesson]:
    """The same lessons with a record each, kept as each run ends; raises Failures after all, or a MachineError."""
    if all(lesson.record for lesson in lessons):
        return lessons
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):  # the terminal was closed; under nohup, which ignores it, the build goes on
            if signal.getsignal(number := getattr(signal, name, signal.SIGTERM)) == signal.SIG_DFL:
                signal.signal(number, signal.default_int_handler)  # which ends kernels in order, as Ctrl-C does
    with progress or Progress() as live:
        done = asyncio.run(_run(lessons, settings, live))
    if failures := [result for result in done if isinstance(result, Failure)]:
        raise Failures("\n\n".join(map(str, failures)))
    return done


async def _run(lessons: list[Lesson], settings: Settings, progress: Progress) -> list[Lesson | Failure]:
    store = Store(settings.records)
    times = store.times()
    waiting = [lesson for lesson in lessons if lesson.record is None]
    waiting.sort(key=lambda lesson: sum(len(join(cell.lines)) for cell in lesson.solved.code), reverse=True)
    waiting.sort(key=lambda lesson: times.get(lesson.name, float("inf")), reverse=True)  # what never ran here first
    results: dict[str, Lesson | Failure] = {lesson.name: lesson for lesson in lessons}

    async def run_one(lesson: Lesson, machine: Any) -> None:
        name = lesson.name
        try:
            outcome = await machine.run(lesson.solved, lesson.key, partial(progress.cell, name))
            record = Record(name, lesson.key, outcome)
            store.keep(record)
        except (Failure, OSError) as error:
            if isinstance(error, OSError):
                reason = explain_write_error(error) or error
                error = Failure(Line("", lesson.solved.tutorial.path, 1), f"its run could not be kept: {reason}")
            results[name] = error
            progress.ended(name, f"failed {name}: {str(error).splitlines()[0]}")
        else:
            results[name] = replace(lesson, record=record, new=True)
            progress.ended(name, f"ran {name} in {record.seconds:.1f} s")

    async with _machine(settings, waiting) as machine:
        names = ", ".join(lesson.name for lesson in waiting) if len(waiting) <= _NAMED else ""
        progress.say(f"{len(waiting)} of {counted(len(lessons), 'tutorial')} to run{names and ': '}{names}")
        for path in (path for lesson in waiting for path in (store.folder / lesson.key.digest).glob("*.json")):
            if read(path) is None:
                progress.say(f"{relative(path)} is not a whole record of this version; its tutorial runs again.")
        progress.begin(_costs([lesson.name for lesson in waiting], times), settings.kernels)
        async with asyncio.TaskGroup() as group:
            for lesson in waiting:
                group.create_task(run_one(lesson, machine))
    return list(results.values())


class _Local:
    """Runs tutorials on this machine, as `Cluster` does on others."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # One kernel more than may run is started, so that it is ready when its turn comes.
        self.started, self.running = asyncio.Semaphore(settings.kernels + 1), asyncio.Semaphore(settings.kernels)

    async def run(self, variant: Variant, _: Key, on_cell: Callable[[int, int], None]) -> Run:
        execute_it = execute_on if self.settings.keep_going else execute
        async with self.started:
            return await execute_it(variant, self.settings, on_cell=on_cell, turn=self.running)


def _machine(settings: Settings, waiting: list[Lesson]) -> AbstractAsyncContextManager:
    if not settings.cluster:
        check_machine()
        if settings.device == "gpu":
            need_gpu()
        return nullcontext(_Local(settings))
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
