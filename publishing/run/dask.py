"""Tutorials on the workers of a dask.distributed scheduler, which have the same packages."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from distributed import Client, get_worker

from publishing.assemble.variants import Variant
from publishing.run import packages
from publishing.run.data import execute
from publishing.run.devices import MachineError
from publishing.run.failure import Failure, cell_failure
from publishing.run.lesson import Lesson
from publishing.run.notebook import Run
from publishing.run.record import Key, differences, key_of
from publishing.settings import Settings

PATIENCE = 5  # seconds for the scheduler to answer


@asynccontextmanager
async def cluster(settings: Settings) -> AsyncIterator[Callable[..., Awaitable[Run]]]:
    """What runs a lesson as a task of Dask, which finds a worker, and another one if that dies.

    Raises a MachineError if there is no scheduler at the address, or it has no worker.
    """
    address = settings.cluster
    resources = {"GPU": 1} if settings.device == "gpu" else {}
    try:
        client = await Client(address, asynchronous=True, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        way = f"`dask scheduler` starts one ({error})."
        raise MachineError(f"there is no dask scheduler at {address}; {way}") from None

    async def run(lesson: Lesson, _: Callable[[int, int], None]) -> Run:
        arguments, options = (lesson.solved, settings, lesson.key), {"resources": resources}
        try:
            return await client.submit(run_on_worker, *arguments, **options, pure=False)
        except Failure as failure:  # on the worker, no path was below the current folder
            details = failure.details.replace(f"{Path.cwd()}/", "")
            raise Failure(failure.line, failure.headline, details) from None
        except Exception as error:  # whatever workers, scheduler and network raise
            what = f"the cluster cannot run it: {error}"
            raise cell_failure(lesson.solved.code[0], what) from error

    async with client:
        workers = (await client.scheduler.identity())["workers"].values()
        if not any(resources.items() <= each["resources"].items() for each in workers):
            option = ' --resources "GPU=1"' if resources else ""
            way = f"start `dask worker {address}{option}`."
            raise MachineError(f"{address} has no worker for device {settings.device}; {way}")
        yield run


def run_on_worker(variant: Variant, settings: Settings, key: Key) -> Run:
    """As `execute`, where all is as the key says."""
    packages.clear_cache()
    here = key_of((key.code, key.expressions, key.data), key.versions)
    versions = {name: version for name, version in here.versions.items() if name in key.versions}
    if changes := differences(replace(here, versions=versions), key):
        address = get_worker().address
        raise MachineError(f"{address} differs from this machine: {'; '.join(changes)}")
    return asyncio.run(execute(variant, settings))
