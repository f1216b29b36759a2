"""Tutorials on the workers of a dask.distributed scheduler, which need the packages and not this repository.

`lacks`, `run_on_worker` and what they call travel by value, as bytecode, to workers of the same Python, and use nothing
but the standard library and distributed. There, `main` runs one tutorial in a process of its own.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import io
import os
import pickle
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import cloudpickle
from distributed import CancelledError, Client, Future, KilledWorker, get_client, get_worker

from publishing.assemble.variants import Variant
from publishing.read.problem import relative
from publishing.run import jax, packages
from publishing.run.failure import Failure, cell_failure
from publishing.run.jax import MachineError, gpu_error
from publishing.run.notebook import Run, execute
from publishing.run.record import Key
from publishing.settings import Settings

PATIENCE = 5  # seconds, for the scheduler
WORKERS_PATIENCE = 30  # seconds, for workers to say what they have, or to come back
_NEEDED = dict.fromkeys(("ipykernel", "jupyter-client", "jupytext", "nbclient", "nbformat", "packaging", "psutil"), "")

for module in (sys.modules[__name__], jax):
    cloudpickle.register_pickle_by_value(module)


class Cluster:
    """Runs each tutorial as a task of Dask, which finds a worker for it, and another one if that dies."""

    def __init__(self, client: Client, settings: Settings) -> None:
        self.client, self.settings = client, settings
        self.resources = {"GPU": 1} if settings.device == "gpu" else {}
        self.futures: list[Future] = []
        with tempfile.TemporaryDirectory() as folder:
            package = Path(__file__).parents[1]
            self.archive = Path(shutil.make_archive(f"{folder}/package", "zip", package.parent, package.name)).read_bytes()
        extra = ' --resources "GPU=1"' if self.resources else ""
        self.way_out = f"start one with `dask worker {settings.cluster}{extra}`."

    async def run(self, variant: Variant, key: Key, on_start: Callable[[], None], _: Callable[[int, int], None]) -> Run:
        """Run a tutorial on a worker.

        Raises:
          Failure: if no worker is left, if workers die, or if the tutorial does not run as it should.
        """
        job = io.BytesIO()
        _Pickler(job).dump((variant, replace(self.settings, workers=2)))  # other kernels may share the worker's GPU
        # Of a graph, Dask pickles by value only what cannot be pickled otherwise, as a lambda.
        function = lambda *arguments: run_on_worker(*arguments)  # noqa: E731
        arguments = self.archive, job.getvalue(), key.versions
        future = self.client.submit(function, *arguments, resources=self.resources, pure=False)
        self.futures.append(future)
        self.client.subscribe_topic(future.key, lambda _: on_start())
        try:
            result = pickle.loads(await future)
        except KilledWorker as error:  # Dask also counts the workers on which a task only waited
            last = f"the last of them {error.last_worker.address}"
            reason = f"{error.allowed_failures + 1} workers died that ran this tutorial or were to run it next, {last}."
        except CancelledError:
            reason = f"{self.settings.cluster} is gone, or no worker of it is left to run this tutorial; {self.way_out}"
        except Exception as error:
            reason = f"a worker cannot run this tutorial: {error}."
        else:
            if isinstance(result, Failure):
                raise result
            return result
        raise cell_failure(variant.code[0], reason)

    async def check(self, keys: list[Key]) -> None:
        """See that there are workers, and that they have the packages that keys say.

        Raises:
          MachineError: if there is no worker, or one that lacks something.
        """
        if not (workers := await self._workers()):
            missing = "a worker with the resource GPU" if self.resources else "a worker"
            raise MachineError(f"{self.settings.cluster} has not {missing}; {self.way_out}")
        versions = _NEEDED | {name: version for key in keys for name, version in key.versions.items()}
        try:
            async with asyncio.timeout(WORKERS_PATIENCE):
                here, pythons = packages.python(), await self.client.run(platform.python_version, workers=workers)
                wrong = {it: f"Python {has}, not {here}" for it, has in pythons.items() if not has.startswith(f"{here}.")}
                wrong = wrong or await self.client.run(lacks, versions, bool(self.resources), workers=workers)
        except Exception as error:
            message = f"of the workers {', '.join(workers)} one does not answer ({error!r}); restart it."
            raise MachineError(message) from None
        if problems := [f"the worker {address} has {what}" for address, what in wrong.items() if what]:
            raise MachineError("; ".join(problems) + "; give the workers the packages of this environment.")

    async def watch(self) -> None:
        """Cancel the tutorials that wait once there has been no worker for a while; Dask would wait for ever."""
        seen = time.monotonic()
        while time.monotonic() - seen < WORKERS_PATIENCE:
            await asyncio.sleep(1)
            if await self._workers():
                seen = time.monotonic()
        await self.client.cancel(self.futures)

    async def _workers(self) -> list[str]:
        """The addresses of the workers that may run tutorials."""
        try:
            # With an asynchronous client, the documentation of `Client.scheduler_info` sends here.
            workers = (await asyncio.wait_for(self.client.scheduler.identity(), PATIENCE))["workers"]
        except (OSError, TimeoutError):
            return []
        return [it for it, info in workers.items() if not self.resources or info["resources"].get("GPU", 0) >= 1]


@asynccontextmanager
async def cluster(settings: Settings, keys: list[Key]) -> AsyncIterator[Cluster]:
    """The cluster whose scheduler has the address in the settings, fit to run what has these keys.

    Raises:
      MachineError: if it cannot be reached or used.
    """
    try:
        client = await Client(settings.cluster, asynchronous=True, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        reason = str(error).splitlines()[0]
        message = f"there is no dask scheduler at {settings.cluster}, as `dask scheduler` starts one ({reason})."
        raise MachineError(message) from None
    async with client:
        machine = Cluster(client, settings)
        await machine.check(keys)
        watch = asyncio.create_task(machine.watch())
        try:
            yield machine
        finally:
            watch.cancel()


class _Pickler(pickle.Pickler):
    """Writes paths as the author would type them, since failures are reported from another folder."""

    def reducer_override(self, value: object) -> object:
        return (Path, (str(relative(value)),)) if isinstance(value, Path) else NotImplemented


def lacks(versions: dict[str, str], gpu: bool = False) -> str:
    """What this machine has in place of packages of these versions, "" for any, and of a GPU; empty if all is well."""
    wrong = []
    for name, version in versions.items():
        try:
            has = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"no {name} {version}".rstrip())
        else:
            if version not in ("", has):
                wrong.append(f"{name} {has}, not {version}")
    return ", ".join(wrong) or (gpu_error() if gpu else "")


def run_on_worker(archive: bytes, job: bytes, versions: dict[str, str]) -> bytes:
    """Run `main` in an empty folder with this package, if this worker has the packages; gives what it wrote.

    Raises:
      RuntimeError: if the worker lacks something, or if nothing was written; what is wrong, or the last line printed.
    """
    worker = get_worker()
    task = worker.get_current_task()
    worker.log_event(task, "started")
    if wrong := lacks(versions):
        raise RuntimeError(f"{worker.address} has {wrong}")
    with tempfile.TemporaryDirectory(prefix="worker-") as name:
        folder = Path(name)
        (folder / "package.zip").write_bytes(archive)
        shutil.unpack_archive(folder / "package.zip", folder)
        (folder / "job").write_bytes(job)
        command = [sys.executable, "-c", "from publishing.run.dask import main; main()"]
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=log, stderr=log) as process,
        ):
            # A task that was cancelled, or whose client is gone, is not among those that the scheduler counts on.
            while process.poll() is None and task in get_client().processing([worker.address])[worker.address]:
                time.sleep(0.2)
            # The end of this block closes the standard input, which tells the process to end, and waits for that.
        if not (folder / "outcome").exists():
            printed = (folder / "log").read_text(errors="replace").strip() or f"exit code {process.returncode}"
            raise RuntimeError(f"{worker.address} says {printed.splitlines()[-1]}")
        return (folder / "outcome").read_bytes()


def main() -> None:
    """Run the tutorial in the file `job` and write the file `outcome`; end in order when the standard input ends."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    variant, settings = pickle.loads(Path("job").read_bytes())
    try:
        result: Run | Failure = asyncio.run(execute(variant, settings))
    except Failure as failure:
        result = failure
    Path("outcome").write_bytes(pickle.dumps(result))


def _end_with_stdin() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGINT)
