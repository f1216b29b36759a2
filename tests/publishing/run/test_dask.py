"""On a cluster of this machine: `uv run --extra cluster pytest` with this file."""

import re
import sys
import tempfile
from dataclasses import replace

import pytest

from publishing.load import load
from publishing.run import packages
from publishing.run.devices import MachineError
from publishing.run.schedule import Failures, run

pytestmark = pytest.mark.xdist_group("dask")


@pytest.fixture(scope="module")
def address():
    """The address of a scheduler with a worker, which is a process of its own."""
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": None}
    with tempfile.TemporaryDirectory(prefix="dask-") as folder:
        options["local_directory"] = folder
        with distributed.LocalCluster(**options) as machines:
            yield machines.scheduler_address


@pytest.fixture
def remote(project, address):
    """The project, to be run on a worker."""
    project.settings = replace(project.settings, cluster=address)
    return project


def failure(project):
    """Why it did not run, or did not run as it should."""
    with pytest.raises((Failures, MachineError)) as raised:
        run(load(project.settings), project.settings)
    return str(raised.value)


def test_a_worker_runs_tutorials_and_names_the_authors_line(remote, line_with):
    remote.snippet("values", "import numpy as np\n\n\ndef one():\n    return np.float32(1.5)\n")
    remote.snippet("wrong", "def two():\n    raise OSError('no')  # there\n")
    cells = 'one()\n\n# %%\nimport os\nos.listdir()\n\n# %% raises="KeyError"\n{}[1]\n'
    remote.tutorial("a", f"# %%\nfrom snippets.values import one\n\n{cells}")
    remote.tutorial("b", "# %%\nfrom snippets.wrong import two\n\ntwo()  # the call\n")
    reason = failure(remote)
    assert reason.startswith(line_with("# there") + " OSError: no\n")
    assert "in the cell at tutorials/b.py:4:" in reason
    assert line_with("# the call").rstrip(":") in reason
    assert str(remote.root) not in reason
    a, b = load(remote.settings)
    assert b.record is None
    one, listing, error = (outputs[0] for outputs in a.record.run.outputs)
    assert (one.data["text/plain"], listing.data["text/plain"]) == ("np.float32(1.5)", "[]")
    assert error.ename == "KeyError"


def test_a_worker_with_another_version_or_without_a_package_is_named_with_it(remote, monkeypatch):
    real = packages.closure
    wrong = {"numpy": "0.1", "no-such": "3"}
    monkeypatch.setattr(packages, "closure", lambda names: real(names) | wrong)
    remote.tutorial("a", "# %%\nimport numpy\n")
    what = r"version: no-such 3 became absent; version: numpy 0\.1 became [\d.]+\n"
    expected = (
        r"tutorials/a\.py:4: the cluster cannot run it: tcp://\S+ differs from this machine: "
    )
    assert re.match(expected + what, failure(remote))


def test_without_a_worker_with_the_resource_gpu_it_says_how_to_start_one(remote, address):
    remote.settings = replace(remote.settings, device="gpu")
    remote.tutorial("a", "# %%\n1\n")
    way_out = f'start `dask worker {address} --resources "GPU=1"`.'
    assert failure(remote) == f"{address} has no worker for device gpu; {way_out}"


def test_a_scheduler_that_cannot_be_reached_is_reported(project, monkeypatch):
    address = "tcp://127.0.0.1:9"
    pytest.importorskip("distributed")
    monkeypatch.setattr("publishing.run.dask.PATIENCE", 0.5)
    project.settings = replace(project.settings, cluster=address)
    project.tutorial("a", "# %%\n1\n")
    expected = f"there is no dask scheduler at {address}; `dask scheduler` starts one ("
    assert failure(project).startswith(expected)


def test_without_dask_it_says_how_to_get_it(project, monkeypatch):
    monkeypatch.delitem(sys.modules, "publishing.run.dask", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    project.settings = replace(project.settings, cluster="tcp://127.0.0.1:9")
    project.tutorial("a", "# %%\n1\n")
    assert "`uv run --with distributed tutorials run ...` brings it." in failure(project)


def test_a_worker_has_the_data_of_a_page(remote):
    page = remote.tutorial("a", '# %%\nopen("a.txt").read()\n')
    page.with_name("a.txt").write_text("42")
    (lesson,) = run(load(remote.settings), remote.settings)
    assert lesson.record.run.outputs[0][0].data["text/plain"] == "'42'"
