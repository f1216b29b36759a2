"""Tutorials on the workers of a dask.distributed scheduler, which need the packages and not this repository."""

import asyncio
import pickle
import signal
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib.metadata import distributions
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Self

import cloudpickle
from distributed import CancelledError, Client, KilledWorker, get_client, get_worker, wait
from distributed.comm import get_address_host_port

from publishing.run import packages
from publishing.run.devices import MachineError
from publishing.run.failure import Failure, cell_failure
from publishing.run.lesson import Lesson
from publishing.run.notebook import Run, execute
from publishing.run.packages import exact
from publishing.run.record import Key
from publishing.settings import Settings

PATIENCE = 5  # seconds, for the scheduler to answer, and between two looks at the workers
ABSENCES = 6  # looks without a worker before a tutorial fails; one that Dask restarts is soon back

for module in (
    sys.modules[__name__],
    packages,
):  # what travels uses the standard library and distributed
    cloudpickle.register_pickle_by_value(module)


class Cluster:
    """Runs each tutorial as a task of Dask, which finds a worker for it, and another one if that dies."""

    def __init__(self, client: Client, settings: Settings) -> None:
        self.client, self.settings, address = client, settings, settings.cluster
        self.resources, option = (
            ({"GPU": 1}, ' --resources "GPU=1"') if settings.device == "gpu" else ({}, "")
        )
        self.no_worker = f"{address} has no worker for device {settings.device}; start `dask worker {address}{option}`."
        package = Path(__file__).parents[1]
        files = [path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"]
        self.package = {str(path.relative_to(package.parent)): path.read_bytes() for path in files}

    async def run(self, lesson: Lesson, _: Callable[[int, int], None]) -> Run:
        """Run a tutorial on a worker; raises a Failure if it does not run as it should, or if workers die."""
        variant = lesson.solved
        files = self.package | {"job": pickle.dumps((variant, self.settings))}
        # Of a graph, Dask pickles by value only what cannot be pickled otherwise, as a lambda.
        task = lambda *arguments: run_on_worker(*arguments)  # noqa: E731
        future = self.client.submit(
            task, files, lesson.key.versions, resources=self.resources, pure=False
        )
        absences = 0
        try:
            while not future.done():
                with suppress(TimeoutError):
                    await wait(future, PATIENCE)
                absences = 0 if future.done() or await self.workers() else absences + 1
                if absences == ABSENCES:
                    await future.cancel()
            result = pickle.loads(await future)
        except KilledWorker as error:  # Dask counts the workers that had it in their queue, too
            result = cell_failure(
                variant.code[0], f"the workers that had it died, {error.last_worker.address} last."
            )
        except Exception as error:  # Dask cancels it, too, if the scheduler is gone
            why = (
                self.no_worker
                if isinstance(error, CancelledError)
                else f"the cluster cannot run it: {error}."
            )
            result = cell_failure(variant.code[0], why)
        if isinstance(result, Failure):  # on the worker, no path was below the current folder
            raise Failure(
                result.line, result.headline, result.details.replace(f"{Path.cwd()}/", "")
            )
        return result

    async def check(self, keys: list[Key]) -> Self:
        """The same cluster; raises a MachineError if there is no worker, or one without what the keys say."""
        if not (workers := await self.workers()):
            raise MachineError(self.no_worker)
        here, versions = (
            keys[0].python,
            {name: version for key in keys for name, version in key.versions.items()},
        )
        pythons = await self.client.run(sysconfig.get_python_version, workers=workers)
        wrong = {
            worker: f"Python {here} (it has {has})"
            for worker, has in pythons.items()
            if has != here
        }
        wrong = wrong or await self.client.run(lacks, versions, workers=workers)
        if diagnostics := [
            f"the worker {worker} lacks {what}" for worker, what in wrong.items() if what
        ]:
            raise MachineError(
                "; ".join(diagnostics) + "; give the workers the packages of this environment."
            )
        return self

    async def workers(self) -> list[str]:
        """The addresses of the workers that may run tutorials, as `Client.scheduler_info` documents it."""
        workers = (await self.client.scheduler.identity())["workers"]
        return [
            it
            for it, info in workers.items()
            if not self.resources or info["resources"].get("GPU", 0) >= 1
        ]


@asynccontextmanager
async def cluster(settings: Settings, keys: list[Key]) -> AsyncIterator[Cluster]:
    """The cluster at the address in the settings; raises a MachineError if it cannot run what has these keys."""
    try:
        get_address_host_port(settings.cluster)
        client = await Client(settings.cluster, asynchronous=True, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        message = f"there is no dask scheduler at {settings.cluster}; `dask scheduler` starts one ({error})."
        raise MachineError(message) from None
    async with client:
        yield await Cluster(client, settings).check(keys)


def lacks(versions: dict[str, str]) -> str:
    """Which packages this machine does not have in these versions; empty if it has them all."""
    has = {name: next(map(exact, distributions(name=name)), "none") for name in versions}
    return ", ".join(
        f"{it} {version} (it has {has[it]})"
        for it, version in versions.items()
        if version != has[it]
    )


def run_on_worker(files: dict[str, bytes], versions: dict[str, str]) -> bytes:
    """What `main` writes, in a process of its own, in a folder with these files; raises a RuntimeError without."""
    worker = get_worker()
    task = worker.get_current_task()
    if wrong := lacks(versions):
        raise RuntimeError(f"{worker.address} lacks {wrong}")
    with tempfile.TemporaryDirectory(prefix="worker-") as name:
        for path, content in files.items():
            Path(name, path).parent.mkdir(parents=True, exist_ok=True)
            Path(name, path).write_bytes(content)
        command = [sys.executable, "-c", "from publishing.run.dask import main; main()"]
        log, outcome = Path(name, "log"), Path(name, "outcome")
        with (
            log.open("wb") as out,
            Popen(command, cwd=name, stdin=PIPE, stdout=out, stderr=out) as process,
        ):
            # The scheduler forgets a task that was cancelled or whose client is gone. The end of the block ends `main`.
            while (
                process.poll() is None
                and task in get_client().processing([worker.address])[worker.address]
            ):
                time.sleep(0.2)
        if not outcome.exists():
            printed = log.read_text(errors="replace").strip() or f"exit code {process.returncode}"
            raise RuntimeError(f"{worker.address} says {printed.splitlines()[-1]}")
        return outcome.read_bytes()


def main() -> None:
    """Run the tutorial in the file `job` and write the file `outcome`; end in order when the standard input ends."""
    threading.Thread(
        target=lambda: sys.stdin.read() or signal.raise_signal(signal.SIGINT), daemon=True
    ).start()
    variant, settings = pickle.loads(Path("job").read_bytes())
    try:
        result: Run | Failure = asyncio.run(execute(variant, settings))
    except Failure as failure:
        result = failure
    Path("outcome").write_bytes(pickle.dumps(result))
