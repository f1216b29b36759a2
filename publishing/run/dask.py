"""Tutorials on the workers of a dask.distributed scheduler, which have the same packages."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from distributed import Client, get_client, get_worker
from distributed.comm import get_address_host_port

from publishing.assemble.variants import Variant
from publishing.run import packages
from publishing.run.devices import MachineError
from publishing.run.failure import Failure, cell_failure
from publishing.run.lesson import Lesson
from publishing.run.notebook import Run, execute
from publishing.run.record import Key, differences, key_of
from publishing.settings import Settings

PATIENCE = 5  # seconds for the scheduler to answer


class Cluster:
    """Runs each tutorial as a task of Dask, which finds a worker, and another one if that dies."""

    def __init__(self, client: Client, settings: Settings) -> None:
        self.client, self.settings = client, settings
        self.resources = {"GPU": 1} if settings.device == "gpu" else {}

    async def run(self, lesson: Lesson, _: Callable[[int, int], None]) -> Run:
        """Run a tutorial on a worker; raises a Failure if it does not run as it should."""
        variant, options = lesson.solved, {"resources": self.resources, "pure": False}
        try:
            return await self.client.submit(
                run_on_worker, variant, self.settings, lesson.key, **options
            )
        except Failure as failure:  # on the worker, no path was below the current folder
            details = failure.details.replace(f"{Path.cwd()}/", "")
            raise Failure(failure.line, failure.headline, details) from None
        except Exception as error:  # whatever workers, scheduler and network raise
            what = f"the cluster cannot run it: {error}"
            raise cell_failure(variant.code[0], what) from error


@asynccontextmanager
async def cluster(settings: Settings) -> AsyncIterator[Cluster]:
    """The cluster at the address in the settings; raises a MachineError if it has no worker."""
    address = settings.cluster
    try:
        get_address_host_port(address)  # with a client that cannot read it, Dask leaves work undone
        client = await Client(address, asynchronous=True, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        way = f"`dask scheduler` starts one ({error})."
        raise MachineError(f"there is no dask scheduler at {address}; {way}") from None
    async with client:
        machine = Cluster(client, settings)
        workers = (await client.scheduler.identity())["workers"].values()
        if not any(machine.resources.items() <= each["resources"].items() for each in workers):
            option = ' --resources "GPU=1"' if machine.resources else ""
            way = f"start `dask worker {address}{option}`."
            raise MachineError(f"{address} has no worker for device {settings.device}; {way}")
        yield machine


def run_on_worker(variant: Variant, settings: Settings, key: Key) -> Run:
    """As `execute`, where all is as the key says; it ends with the client that has asked for it."""
    packages.clear_cache()
    address, task = get_worker().address, get_worker().get_current_task()
    here = key_of((key.code, key.expressions), key.versions)
    versions = {name: version for name, version in here.versions.items() if name in key.versions}
    if changes := differences(replace(here, versions=versions), key):
        raise MachineError(f"{address} differs from this machine: {'; '.join(changes)}")

    def is_wanted() -> bool:
        return task in get_client().processing([address])[address]

    return asyncio.run(_while(is_wanted, execute(variant, settings)))


async def _while(is_wanted: Callable[[], bool], run: Coroutine[Any, Any, Run]) -> Run:
    """What a run gives, which is cancelled as soon as no client wants it."""
    task = asyncio.ensure_future(run)
    while not task.done():
        await asyncio.wait({task}, timeout=0.2)
        if not is_wanted():
            task.cancel()
            break
    return await task
