"""Tutorials on the workers of a dask.distributed scheduler; nothing but text and bytes travels."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from distributed import Client, Future
from distributed.comm import get_address_host_port

from publishing.execution import Run
from publishing.failure import Failure, cell_failure
from publishing.keys import Key
from publishing.machines import Unfit
from publishing.remote import archive, received, sent
from publishing.settings import Settings
from publishing.variants import Variant

PATIENCE = 5  # seconds, for the scheduler
WORKERS_PATIENCE = 30  # seconds, for workers to say what they have; to look for a GPU takes some

_SOURCE = Path(__file__).with_name("worker.py").read_text(encoding="utf-8")
_NEEDED = dict.fromkeys(("ipykernel", "jupyter-client", "jupytext", "nbclient", "nbformat", "psutil"), "")


class Worker(NamedTuple):
    """A worker process; one that is started in the place of another may have its address, but not its folder."""

    address: str
    folder: str


class Cluster:
    """Gives each tutorial a place on a worker, and notices within a second when a worker is gone.

    A task is bound to its worker: the scheduler would give it to one worker after another if it kills them.
    """

    def __init__(self, client: Client, settings: Settings) -> None:
        self.client, self.settings = client, settings
        self.resources = {"GPU": 1} if settings.device == "gpu" else {}
        self.archive = archive()
        self.gone: dict[Worker, asyncio.Event] = {}
        self.free: asyncio.Queue[Worker | None] = asyncio.Queue()
        self.at_once = asyncio.Semaphore(settings.workers or 1000)

    @asynccontextmanager
    async def place(self, variant: Variant) -> AsyncIterator[Callable]:
        """Wait for a free worker; gives what runs a tutorial on it.

        Raises:
          Failure: if no worker is left.
        """
        async with self.at_once:
            worker = await self.free.get()
            while worker and worker not in self.gone:
                worker = await self.free.get()
            if worker is None:
                self.free.put_nowait(None)
                message = f"no worker of {self.settings.cluster} is left to run this tutorial; {self.how_to_start()}"
                raise cell_failure(variant.code[0], message)
            try:
                yield partial(self._execute, worker)
            finally:
                self.free.put_nowait(worker)

    async def _execute(self, worker: Worker, variant: Variant, key: Key, _: Callable[[int, int], None]) -> Run:
        settings = replace(self.settings, workers=2)  # other kernels may share the worker's GPU
        parts = {"source": _SOURCE, "archive": self.archive, "job": sent(variant, settings)}
        future = self.client.submit(
            eval,
            "exec(source) or run(archive, job, python, versions)",
            parts | {"python": key.python, "versions": key.versions},
            workers=[worker.address],
            resources=self.resources,
            pure=False,
        )
        try:
            return await self._outcome(worker, variant, future)
        finally:
            with suppress(OSError):
                await future.cancel()

    async def _outcome(self, worker: Worker, variant: Variant, future: Future) -> Run:
        result = asyncio.ensure_future(future.result())
        gone = asyncio.ensure_future(self.gone[worker].wait())
        try:
            await asyncio.wait({result, gone}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                raise cell_failure(variant.code[0], f"the worker {worker.address} died while it ran this tutorial.")
            return received(result.result())
        except Failure:
            raise
        except Exception as error:
            raise cell_failure(variant.code[0], f"the worker {worker.address} cannot run it: {error}.") from None
        finally:
            result.cancel()
            gone.cancel()

    async def look(self) -> list[Worker]:
        """Take note of which workers there are; gives the new ones."""
        try:
            told = (await asyncio.wait_for(self.client.scheduler.identity(), PATIENCE))["workers"]
        except (OSError, TimeoutError):
            told = {}
        slots = {
            Worker(address, its["local_directory"]): self._slots(its)
            for address, its in told.items()
            if self._slots(its)
        }
        for worker in self.gone.keys() - slots.keys():
            self.gone.pop(worker).set()
        new = [worker for worker in slots if worker not in self.gone]
        for worker in new:
            self.gone[worker] = asyncio.Event()
            for _ in range(slots[worker]):
                self.free.put_nowait(worker)
        if not self.gone:
            self.free.put_nowait(None)
        return new

    async def check(self, workers: list[Worker], keys: Iterable[Key]) -> None:
        """See that workers have the packages that keys say.

        Raises:
          Unfit: if there is no worker, or one that lacks something.
        """
        if not workers:
            missing = "a worker with the resource GPU" if self.resources else "a worker"
            raise Unfit(f"{self.settings.cluster} has not {missing}; {self.how_to_start()}")
        versions = _NEEDED | {name: version for key in keys for name, version in key.versions.items()}
        asked = {
            "gpu": bool(self.resources),
            "source": _SOURCE,
            "python": next(iter(keys)).python,
            "versions": versions,
        }
        addresses = [worker.address for worker in workers]
        call = self.client.run(
            eval, "exec(source) or lacks(python, versions, gpu)", asked, workers=addresses, on_error="return"
        )
        try:
            answers = await asyncio.wait_for(call, WORKERS_PATIENCE)
        except TimeoutError:
            raise Unfit(f"of the workers {', '.join(addresses)} one does not answer; restart it.") from None
        words = {
            a: f"fails ({it})" if isinstance(it, Exception) else f"has {', '.join(it)}" for a, it in answers.items()
        }
        said = [f"the worker {address} {words[address]}" for address, answer in answers.items() if answer]
        if said:
            raise Unfit("; ".join(said) + "; give the workers the packages of this environment.")

    def how_to_start(self) -> str:
        """What a person should do to have a worker."""
        extra = ' --resources "GPU=1"' if self.resources else ""
        return f"start one with `dask worker {self.settings.cluster}{extra}`."

    def _slots(self, its: dict[str, Any]) -> int:
        return min([its["nthreads"], *(int(its["resources"].get(name, 0)) for name in self.resources)])


@asynccontextmanager
async def cluster(settings: Settings, keys: list[Key]) -> AsyncIterator[Cluster]:
    """The cluster whose scheduler has the address in the settings, fit to run what has these keys.

    Raises:
      Unfit: if it cannot be reached or used.
    """
    try:
        get_address_host_port(settings.cluster)
        client = await Client(settings.cluster, asynchronous=True, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise Unfit(
            f"there is no dask scheduler at {settings.cluster}, as `dask scheduler` starts one ({reason})."
        ) from None
    watch = None
    try:
        found = Cluster(client, settings)
        await found.check(await found.look(), keys)
        watch = asyncio.create_task(_watch(found))
        yield found
    finally:
        if watch:
            watch.cancel()
        await client.close()


async def _watch(watched: Cluster) -> None:
    while True:
        await asyncio.sleep(0.5)
        await watched.look()
