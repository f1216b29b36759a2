"""On a scheduler and workers of their own processes, whose Python has the packages but not this repository."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import psutil
import pytest

from publishing.run import dask, packages
from publishing.run.record import Store
from publishing.run.schedule import Failures, load, run

pytestmark = pytest.mark.xdist_group("dask")


class Machines:
    """A scheduler and its workers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder / "python", with_pip=False)
        self.python = folder / "python/bin/python"
        # A path in a .pth file is searched, but the .pth files in it are not read: that of this repository neither.
        own = sysconfig.get_path("purelib", vars={"base": str(folder / "python")})
        (Path(own) / "packages.pth").write_text(sysconfig.get_path("purelib"))
        self.processes: list[subprocess.Popen] = []
        self.workers: list[subprocess.Popen] = []
        self.start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(folder / "scheduler.json")
        )
        wait_for((folder / "scheduler.json").exists)
        self.address = json.loads((folder / "scheduler.json").read_text())["address"]

    def start(self, what: str, *arguments: str) -> subprocess.Popen:
        (self.folder / "empty").mkdir(exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        with (self.folder / f"{what}.log").open("ab") as log:
            process = subprocess.Popen(
                [str(self.python), "-m", f"distributed.cli.dask_{what}", "--no-dashboard", *arguments],
                cwd=self.folder / "empty",
                env=environment | {"TMPDIR": str(self.folder)},
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def add_workers(self, count: int, *arguments: str) -> None:
        """Start workers and wait until the scheduler knows them."""
        known = self.known()
        options = ("--no-nanny", "--nthreads", "1", "--local-directory", str(self.folder / "local"))
        self.workers += [self.start("worker", self.address, *options, *arguments) for _ in range(count)]
        wait_for(lambda: self.known() >= known + count)

    def known(self) -> int:
        log = self.folder / "worker.log"
        return log.read_text().count("Registered to") if log.exists() else 0

    def have(self, count: int) -> None:
        """Have at least so many workers."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        if len(self.workers) < count:
            self.add_workers(count - len(self.workers))

    def kernels(self) -> list[psutil.Process]:
        """The processes that run in folders of the workers' runs."""
        return [
            p
            for p in psutil.process_iter(["cmdline"])
            if f"{self.folder}/tutorial-" in " ".join(p.info["cmdline"] or [])
        ]


def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def machines():
    """A scheduler in a folder with a short path, as sockets want it."""
    with tempfile.TemporaryDirectory(prefix="dask-") as folder:
        started = Machines(Path(folder))
        try:
            yield started
        finally:
            for process in reversed(started.processes):
                process.kill()
                process.wait()


@pytest.fixture
def remote(project, machines):
    """The project, to be run on a worker."""
    machines.have(1)
    project.settings = replace(project.settings, cluster=machines.address)
    return project


def run_all(project):
    return run(load(project.settings), project.settings)


def test_a_worker_without_this_repository_gives_the_same_record_and_names_the_authors_line(remote, machines, line_with):
    done = subprocess.run([machines.python, "-c", "import publishing"], capture_output=True, cwd=machines.folder)
    assert b"No module named 'publishing'" in done.stderr
    remote.snippet("values", "import numpy as np\n\n\ndef one():\n    return np.float32(1.5)\n")
    remote.snippet("wrong", "import sys\n\n\ndef two():\n    raise OSError(sys.executable)  # there\n")
    remote.tutorial(
        "a",
        "# %%\nfrom snippets.values import one\n\none()\n\n# %%\nimport os\nos.listdir()\n"
        '\n# %% raises="KeyError"\n{}[1]\n',
    )
    remote.tutorial("b", "# %%\nfrom snippets.wrong import two\n\ntwo()  # the call\n")
    with pytest.raises(Failures) as raised:
        run_all(remote)
    assert str(raised.value).startswith(line_with("# there") + f" OSError: {machines.python}\n")
    assert "in the cell at tutorials/b.py:4:" in str(raised.value)
    assert line_with("# the call").rstrip(":") in str(raised.value)
    a, b = load(remote.settings)
    assert b.record is None
    assert a.record.run.outputs[1][0].data["text/plain"] == "[]"
    local = replace(remote.settings, cluster="", records=remote.root / "local")
    (here,) = run(load(local)[:1], local)
    assert (here.record.key, here.record.run.outputs) == (a.record.key, a.record.run.outputs)


KILL = """# %%
import time

import psutil

psutil.Process().parent().parent().kill()
time.sleep(200)
"""


def test_a_worker_that_dies_fails_its_tutorial_only_and_without_one_left_the_others_are_named(remote, machines):
    machines.have(2)
    remote.tutorial("a", KILL)
    remote.tutorial("b", "# %%\nimport time\n\ntime.sleep(1)\n")
    with pytest.raises(Failures) as raised:
        run_all(remote)
    assert re.match(r"tutorials/a.py:4: the worker tcp://\S+ died while it ran this tutorial\.\n", str(raised.value))
    assert len(raised.value.failures) == 1
    assert {record.tutorial for record in Store(remote.settings.records).all()} == {"b"}
    assert sum(worker.poll() is None for worker in machines.workers) == 1  # it was not tried on another
    wait_for(lambda: not machines.kernels())
    remote.tutorial("b", KILL)
    with pytest.raises(Failures) as raised:
        run_all(remote)
    headlines = sorted(str(failure).splitlines()[0] for failure in raised.value.failures)
    assert sum("died while it ran" in line for line in headlines) == 1
    assert sum("is left to run this tutorial; start one with `dask worker" in line for line in headlines) == 1


RUN = """
import sys
from publishing.run import schedule
from publishing.settings import Settings

settings = Settings(cluster=sys.argv[1])
schedule.run(schedule.load(settings), settings)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_command_leaves_no_kernel_on_the_workers(remote, machines, number):
    remote.tutorial("slow", "# %%\nimport time\n\ntime.sleep(200)\n")
    command = [sys.executable, "-c", RUN, machines.address]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        wait_for(machines.kernels)
        process.send_signal(number)
    assert process.returncode == -number
    wait_for(lambda: not machines.kernels())
    assert machines.workers[-1].poll() is None
    assert not list(remote.settings.records.rglob("*.json"))


def refusal(project):
    """Why the machines are not fit."""
    project.tutorial("a", "# %%\nimport numpy\n")
    with pytest.raises(Failures) as raised:
        run_all(project)
    assert "\n" not in str(raised.value)
    assert not project.settings.records.exists()
    return str(raised.value)


def test_a_worker_with_another_version_or_without_a_package_is_named_with_it(remote, monkeypatch):
    real = packages.closure
    monkeypatch.setattr(packages, "closure", lambda names: real(names) | {"numpy": "0.1", "no-such": "3"})
    assert re.search(r"the worker tcp://\S+ has numpy [\d.]+, not 0\.1, no no-such 3; give", refusal(remote))
    monkeypatch.setattr(packages, "python", lambda: "9.9")
    assert re.search(rf"has Python {sys.version_info[0]}\.{sys.version_info[1]}\.\S+, not 9.9; give", refusal(remote))


def test_without_a_worker_with_the_resource_gpu_it_says_how_to_start_one(remote, machines):
    remote.settings = replace(remote.settings, device="gpu")
    address = machines.address
    expected = f"{address} has not a worker with the resource GPU; start one with `dask worker {address} "
    assert refusal(remote) == expected + '--resources "GPU=1"`.'


def test_a_worker_that_promises_a_gpu_which_jax_does_not_find_is_named(remote, machines):
    machines.add_workers(1, "--resources", "GPU=1")
    remote.settings = replace(remote.settings, device="gpu")
    assert re.match(r"the worker tcp://\S+ has no GPU that JAX finds \(RuntimeError: .*gpu", refusal(remote))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "nonsense://127.0.0.1:9"])
def test_a_scheduler_that_cannot_be_reached_is_reported(project, monkeypatch, address):
    monkeypatch.setattr(dask, "PATIENCE", 0.5)
    project.settings = replace(project.settings, cluster=address)
    assert refusal(project).startswith(f"there is no dask scheduler at {address}, as `dask scheduler` starts one (")


def test_without_dask_it_says_how_to_get_it(project, monkeypatch):
    monkeypatch.delitem(sys.modules, "publishing.run.dask")
    monkeypatch.setitem(sys.modules, "distributed", None)
    project.settings = replace(project.settings, cluster="tcp://127.0.0.1:9")
    assert "`uv run --extra cluster tutorials run ...` brings it." in refusal(project)


class FakeClient:
    """Tells of workers as the scheduler does."""

    def __init__(self, **workers):
        self.scheduler, self.workers = self, workers

    async def identity(self):
        if self.workers is None:
            raise OSError("gone")
        return {"workers": self.workers}


def test_a_worker_that_was_restarted_under_its_address_is_another_one(project):
    async def look_twice():
        one = {"nthreads": 2, "resources": {}, "local_directory": "one"}
        client = FakeClient(address=one)
        looked = dask.Cluster(client, project.settings)
        (old,) = await looked.look()
        gone = looked.gone[old]
        assert await looked.look() == []
        client.workers = {"address": one | {"local_directory": "two"}}
        (new,) = await looked.look()
        assert (gone.is_set(), looked.gone[new].is_set(), list(looked.gone)) == (True, False, [new])
        client.workers = None
        assert await looked.look() == []
        assert looked.gone == {}

    asyncio.run(look_twice())


def test_the_archive_holds_the_whole_package(project):
    names = zipfile.ZipFile(BytesIO(dask.Cluster(FakeClient(), project.settings).archive)).namelist()
    package = Path(dask.__file__).parents[1]
    files = [path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert {path.relative_to(package.parent).as_posix() for path in files} <= set(names)
    assert "publishing/run/kernel_config.py" in names
