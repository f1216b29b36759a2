"""On a scheduler and a worker of their own processes, whose Python has the packages but not this repository."""

import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import venv
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from publishing.load import load
from publishing.run import dask, packages
from publishing.run.devices import MachineError
from publishing.run.schedule import Failures, run

pytestmark = pytest.mark.xdist_group("dask")


class Machines:
    """A scheduler, which gives a task up when one worker has died of it, and a worker."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        venv.create(folder / "python", with_pip=False)
        self.python = folder / "python/bin/python"
        # A path in a .pth file is searched, but the .pth files in it are not read: that of this repository neither.
        own = sysconfig.get_path("purelib", vars={"base": str(folder / "python")})
        (Path(own) / "packages.pth").write_text(sysconfig.get_path("purelib"))
        self.processes: list[subprocess.Popen] = []
        file = folder / "scheduler.json"
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
        wait_for(file.exists)
        self.address = json.loads(file.read_text())["address"]

    def start(self, what: str, *arguments: str) -> None:
        (self.folder / "empty").mkdir(exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        environment |= {
            "TMPDIR": str(self.folder),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
        }
        command = [
            str(self.python),
            "-m",
            f"distributed.cli.dask_{what}",
            "--no-dashboard",
            *arguments,
        ]
        with (self.folder / f"{what}.log").open("wb") as log:
            options = {
                "cwd": self.folder / "empty",
                "env": environment,
                "stdout": log,
                "stderr": log,
            }
            self.processes.append(subprocess.Popen(command, **options))

    def have_worker(self) -> None:
        """Start a worker, unless there is one that lives."""
        if len(self.processes) == 1 or self.processes[-1].poll() is not None:
            options = (
                "--no-nanny",
                "--nthreads",
                "1",
                "--local-directory",
                str(self.folder / "local"),
            )
            self.start("worker", self.address, *options)
            wait_for(lambda: "Registered to" in (self.folder / "worker.log").read_text())

    def kernels(self) -> list[psutil.Process]:
        """The processes that run in folders of the worker's runs."""
        lines = ((process, process.info["cmdline"]) for process in psutil.process_iter(["cmdline"]))
        return [
            process for process, line in lines if f"{self.folder}/tutorial-" in " ".join(line or [])
        ]


def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.fixture(scope="module")
def machines():
    """A scheduler in a folder with a short path, as sockets want it."""
    with tempfile.TemporaryDirectory(prefix="dask-") as folder:
        started = Machines(Path(folder))
        try:
            yield started
        finally:
            for process in reversed(started.processes):
                process.terminate()
                process.wait()


@pytest.fixture
def remote(project, machines):
    """The project, to be run on a worker."""
    machines.have_worker()
    project.settings = replace(project.settings, cluster=machines.address)
    return project


def run_all(project):
    return run(load(project.settings), project.settings)


def failure(project):
    """Why it did not run, or did not run as it should."""
    with pytest.raises((Failures, MachineError)) as raised:
        run_all(project)
    return str(raised.value)


def refusal(project):
    """Why the machines are not fit."""
    project.tutorial("a", "# %%\nimport numpy\n")
    reason = failure(project)
    assert "\n" not in reason
    assert not project.settings.records.exists()
    return reason


def test_a_worker_without_this_repository_runs_tutorials_and_names_the_authors_line(
    remote, machines, line_with
):
    done = subprocess.run(
        [machines.python, "-c", "import publishing"], capture_output=True, cwd=machines.folder
    )
    assert b"No module named 'publishing'" in done.stderr
    remote.snippet("values", "import numpy as np\n\n\ndef one():\n    return np.float32(1.5)\n")
    remote.snippet(
        "wrong", "import sys\n\n\ndef two():\n    raise OSError(sys.executable)  # there\n"
    )
    cells = 'one()\n\n# %%\nimport os\nos.listdir()\n\n# %% raises="KeyError"\n{}[1]\n'
    remote.tutorial("a", f"# %%\nfrom snippets.values import one\n\n{cells}")
    remote.tutorial("b", "# %%\nfrom snippets.wrong import two\n\ntwo()  # the call\n")
    reason = failure(remote)
    assert reason.startswith(line_with("# there") + f" OSError: {machines.python}\n")
    assert "in the cell at tutorials/b.py:4:" in reason
    assert line_with("# the call").rstrip(":") in reason
    assert str(remote.root) not in reason
    a, b = load(remote.settings)
    assert b.record is None
    one, listing, error = (outputs[0] for outputs in a.record.run.outputs)
    assert (one.data["text/plain"], listing.data["text/plain"]) == ("np.float32(1.5)", "[]")
    assert error.ename == "KeyError"


RUN = """
import sys
from publishing.load import load
from publishing.run import schedule
from publishing.settings import Settings

settings = Settings(cluster=sys.argv[1])
schedule.run(load(settings), settings)
"""


SLOW = "# %%\nimport time\n\ntime.sleep(200)\n"


def test_a_killed_command_leaves_no_kernel_on_the_worker(remote, machines):
    remote.tutorial("slow", SLOW)
    with subprocess.Popen([sys.executable, "-c", RUN, machines.address]) as process:
        wait_for(machines.kernels)
        process.kill()
    wait_for(lambda: not machines.kernels())
    assert machines.processes[-1].poll() is None


def test_ctrl_c_leaves_no_kernel_on_the_worker(remote, machines):
    def interrupt():
        wait_for(machines.kernels)
        os.kill(os.getpid(), signal.SIGINT)

    remote.tutorial("slow", SLOW)
    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        run_all(remote)
    wait_for(lambda: not machines.kernels())
    assert machines.processes[-1].poll() is None
    assert not list(remote.settings.records.rglob("*.json"))


def test_a_tutorial_that_waits_and_has_no_worker_left_fails(remote, machines, monkeypatch):
    async def check(cluster, keys):
        return cluster

    monkeypatch.setattr(dask.Cluster, "check", check)
    monkeypatch.setattr(dask, "PATIENCE", 0.3)
    remote.settings = replace(remote.settings, device="gpu")
    remote.tutorial("a", "# %%\nimport numpy\n")
    reason = (
        f"tutorials/a.py:4: {machines.address} has no worker for device gpu; start `dask worker "
    )
    assert failure(remote).startswith(reason)


def test_a_worker_with_another_version_or_without_a_package_is_named_with_it(remote, monkeypatch):
    real = packages.closure
    monkeypatch.setattr(
        packages, "closure", lambda names: real(names) | {"numpy": "0.1", "no-such": "3"}
    )
    lacks = r"the worker tcp://\S+ lacks no-such 3 \(it has none\), numpy 0\.1 \(it has [\d.]+\); give the workers "
    assert re.match(lacks, refusal(remote))


def test_a_worker_of_another_python_is_named_with_it(remote, monkeypatch):
    monkeypatch.setattr("publishing.run.record.get_python_version", lambda: "9.9")
    assert re.match(
        r"the worker tcp://\S+ lacks Python 9\.9 \(it has 3\.\d+\); give the workers ",
        refusal(remote),
    )


def test_a_worker_that_comes_later_without_a_package_does_not_run_a_tutorial(remote, monkeypatch):
    async def check(cluster, keys):
        keys[0].versions["numpy"] = "0.1"
        return cluster

    monkeypatch.setattr(dask.Cluster, "check", check)
    remote.tutorial("a", "# %%\nimport numpy\n")
    expected = r"tutorials/a\.py:4: the cluster cannot run it: tcp://\S+ lacks numpy 0\.1 \(it has [\d.]+\)\.\n"
    assert re.match(expected, failure(remote))


def test_without_a_worker_with_the_resource_gpu_it_says_how_to_start_one(remote, machines):
    remote.settings = replace(remote.settings, device="gpu")
    way_out = f'start `dask worker {machines.address} --resources "GPU=1"`.'
    assert refusal(remote) == f"{machines.address} has no worker for device gpu; {way_out}"


KILL = """# %%
import time

import psutil

psutil.Process().parent().parent().kill()
time.sleep(200)
"""


def test_a_tutorial_of_which_workers_die_fails(remote, machines):
    remote.tutorial("a", KILL)
    reason = r"tutorials/a\.py:4: the workers that had it died, tcp://\S+ last\.\n"
    assert re.match(reason, failure(remote))
    wait_for(lambda: not machines.kernels())


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "nonsense://127.0.0.1:9"])
def test_a_scheduler_that_cannot_be_reached_is_reported(project, monkeypatch, address):
    monkeypatch.setattr(dask, "PATIENCE", 0.5)
    project.settings = replace(project.settings, cluster=address)
    assert refusal(project).startswith(
        f"there is no dask scheduler at {address}; `dask scheduler` starts one ("
    )


def test_without_dask_it_says_how_to_get_it(project, monkeypatch):
    monkeypatch.delitem(sys.modules, "publishing.run.dask")
    monkeypatch.setitem(sys.modules, "distributed", None)
    project.settings = replace(project.settings, cluster="tcp://127.0.0.1:9")
    assert "`uv run --extra cluster tutorials run ...` brings it." in refusal(project)
