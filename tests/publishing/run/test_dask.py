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
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from publishing import building, cluster, environment
from publishing.records import Store

pytestmark = pytest.mark.xdist_group("cluster")


class Dask:
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
        while not (folder / "scheduler.json").exists():
            time.sleep(0.05)
        self.address = json.loads((folder / "scheduler.json").read_text())["address"]

    def start(self, what: str, *arguments: str) -> subprocess.Popen:
        (self.folder / "empty").mkdir(exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        with (self.folder / f"{what}.log").open("ab") as log:
            process = subprocess.Popen(
                [str(self.python), "-m", f"distributed.cli.dask_{what}", "--no-dashboard", *arguments],
                cwd=self.folder / "empty",
                env=kept | {"TMPDIR": str(self.folder)},
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def worker(self, *arguments: str) -> None:
        """Start a worker and wait until the scheduler knows it."""
        known = self.known()
        options = ("--no-nanny", "--nthreads", "1", "--local-directory", str(self.folder / "local"))
        self.workers.append(self.start("worker", self.address, *options, *arguments))
        wait_for(lambda: self.known() > known)

    def known(self) -> int:
        log = self.folder / "worker.log"
        return log.read_text().count("Registered to") if log.exists() else 0

    def replace_dead(self) -> None:
        """Have two workers, and wait until the scheduler knows them."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < 2:
            self.worker()

    def kernels(self) -> list[psutil.Process]:
        """The processes that run in folders of the workers' runs."""
        return [
            p
            for p in psutil.process_iter(["cmdline"])
            if f"{self.folder}/tutorial-" in " ".join(p.info["cmdline"] or [])
        ]


@pytest.fixture(scope="module")
def dask():
    """A scheduler in a folder with a short path, as sockets want it."""
    with tempfile.TemporaryDirectory(prefix="dask-") as folder:
        started = Dask(Path(folder))
        try:
            yield started
        finally:
            for process in reversed(started.processes):
                process.kill()
                process.wait()


@pytest.fixture
def there(project, dask):
    """The project, to be run on the cluster, which has two workers."""
    dask.replace_dead()
    project.settings = replace(project.settings, cluster=dask.address)
    return project


def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def run(project):
    return building.run(building.jobs(project.settings), project.settings)


def test_workers_without_this_repository_give_the_same_records(there, dask):
    said = subprocess.run([dask.python, "-c", "import publishing"], capture_output=True, text=True, cwd=dask.folder)
    assert "No module named 'publishing'" in said.stderr
    there.snippet("values", "import numpy as np\n\n\ndef one():\n    return np.float32(1.5)\n")
    there.tutorial("a", '# %%\nfrom snippets.values import one\n\none()\n\n# %% raises="KeyError"\n{}[1]\n')
    there.tutorial("b", """# %%\nimport os, sys\n\nprint(sys.executable, os.listdir())\n""")
    a, b = run(there)
    assert b.record.run.outputs[0][0].text == f"{dask.python} []\n"
    assert building.jobs(there.settings)[0].record == a.record
    local = replace(there.settings, cluster="", records=there.root / "local")
    (here,) = building.run(building.jobs(local)[:1], local)
    assert (here.record.key, here.record.run.outputs) == (a.record.key, a.record.run.outputs)


def test_a_failure_there_names_the_authors_line_as_here_and_the_others_are_kept(there, line_with):
    there.snippet("values", "def one():\n    return 1 / 0  # there\n")
    there.tutorial("a", "# %%\nfrom snippets.values import one\n\none()  # the call\n")
    there.tutorial("b", "# %%\n1\n")
    with pytest.raises(building.Failures) as raised:
        run(there)
    assert str(raised.value).startswith(line_with("# there") + " ZeroDivisionError")
    assert "in the cell at tutorials/a.py:4:" in str(raised.value)
    assert line_with("# the call").rstrip(":") in str(raised.value)
    assert [job.record is None for job in building.jobs(there.settings)] == [True, False]


KILL = """# %%
import time

import psutil

psutil.Process().parent().parent().kill()
time.sleep(200)
"""


def test_a_worker_that_dies_fails_its_tutorial_only_and_leaves_no_kernel(there, dask):
    there.tutorial("a", KILL)
    there.tutorial("b", "# %%\nimport time\n\ntime.sleep(1)\n")
    there.tutorial("c", "# %%\n1\n")
    with pytest.raises(building.Failures) as raised:
        run(there)
    assert re.match(r"tutorials/a.py:4: the worker tcp://\S+ died while it ran this tutorial\.\n", str(raised.value))
    assert len(raised.value.failures) == 1
    assert {record.tutorial for record in Store(there.settings.records).all()} == {"b", "c"}
    assert sum(worker.poll() is None for worker in dask.workers) == 1  # it was not tried on another
    wait_for(lambda: not dask.kernels())


def test_without_a_worker_left_every_tutorial_that_did_not_run_is_named(there, dask):
    for name in "abc":
        there.tutorial(name, KILL)
    with pytest.raises(building.Failures) as raised:
        run(there)
    said = sorted(str(failure).splitlines()[0] for failure in raised.value.failures)
    assert sum("died while it ran" in line for line in said) == 2
    assert sum("is left to run this tutorial; start one with `dask worker" in line for line in said) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_command_leaves_no_kernel_on_the_workers(there, dask, number):
    there.tutorial("slow", "# %%\nimport time\n\ntime.sleep(200)\n")
    command = [sys.executable, "-m", "publishing.cli", "run", "--cluster", dask.address]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        wait_for(dask.kernels)
        process.send_signal(number)
        assert b"Traceback" not in process.stderr.read()
    assert process.returncode == (1 if number == signal.SIGINT else -number)
    wait_for(lambda: not dask.kernels())
    assert all(worker.poll() is None for worker in dask.workers[-2:])
    assert not list(there.settings.records.rglob("*.json"))


def refusal(project):
    """Why the machines are not fit."""
    project.tutorial("a", "# %%\nimport numpy\n")
    with pytest.raises(building.Failures) as raised:
        run(project)
    assert "\n" not in str(raised.value)
    assert not project.settings.records.exists()
    return str(raised.value)


def test_a_worker_with_another_version_or_without_a_package_is_named_with_it(there, dask, monkeypatch):
    real = environment.versions
    monkeypatch.setattr(environment, "versions", lambda names: real(names) | {"numpy": "0.1", "no-such": "3"})
    said = refusal(there)
    assert re.search(r"the worker tcp://\S+ has numpy [\d.]+, not 0\.1, no no-such, needed is 3; ", said)
    monkeypatch.setattr(environment, "python", lambda: "9.9")
    assert f"has Python {sys.version_info[0]}.{sys.version_info[1]}, not 9.9" in refusal(there)


def test_without_a_worker_with_the_resource_gpu_it_says_how_to_start_one(there, dask):
    there.settings = replace(there.settings, device="gpu")
    expected = f"{dask.address} has not a worker with the resource GPU; start one with `dask worker {dask.address} "
    assert refusal(there) == expected + '--resources "GPU=1"`.'


def test_a_worker_that_promises_a_gpu_which_jax_does_not_find_is_named(there, dask):
    dask.worker("--resources", "GPU=1")
    there.settings = replace(there.settings, device="gpu")
    assert re.match(r"the worker tcp://\S+ has no GPU that JAX finds \(RuntimeError: .*gpu", refusal(there))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "nonsense://127.0.0.1:9"])
def test_a_scheduler_that_cannot_be_reached_is_told(project, monkeypatch, address):
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    project.settings = replace(project.settings, cluster=address)
    assert refusal(project).startswith(f"there is no dask scheduler at {address}, as `dask scheduler` starts one (")


def test_without_dask_it_says_how_to_get_it(project, monkeypatch):
    monkeypatch.delitem(sys.modules, "publishing.cluster")
    monkeypatch.delattr("publishing.cluster")
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
        looked = cluster.Cluster(client, project.settings)
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
