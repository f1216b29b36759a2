"""Runs on a worker of a Dask cluster, which cannot import this package: it is sent this file's text.

The text therefore needs the standard library, and to run a tutorial distributed, but nothing else. It sees to it that
the worker has the packages, and runs the archive of this package in a process of its own, which ends with the worker
and when its task is cancelled.
"""

import importlib.metadata
import io
import os
import platform
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

_FIND_GPU = "import jax; jax.devices('gpu')"
_RUN = "from publishing.remote import main; main()"


def gpu_error():
    """Why JAX finds no GPU on this machine, or None; asked in a process of its own, which leaves the GPU's memory."""
    environment = {name: value for name, value in os.environ.items() if name != "JAX_PLATFORMS"}
    environment["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"
    asked = subprocess.run([sys.executable, "-c", _FIND_GPU], env=environment, capture_output=True, text=True)
    return (asked.stderr.strip().splitlines() or ["it says nothing"])[-1] if asked.returncode else None


def lacks(python, versions, gpu=False):
    """In which ways this worker is not what a key says.

    Args:
      python: the minor version of Python.
      versions: of packages, by name; "" where any version does.
      gpu: whether JAX must find a GPU.
    """
    here = ".".join(platform.python_version_tuple()[:2])
    found = [] if here == python else [f"Python {here}, not {python}"]
    for name, version in versions.items():
        try:
            has = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found.append(f"no {name}" + (f", needed is {version}" if version else ""))
        else:
            if version and has != version:
                found.append(f"{name} {has}, not {version}")
    if gpu and not found and (error := gpu_error()):
        found.append(f"no GPU that JAX finds ({error})")
    return found


def run(archive, job, python, versions):
    """Run a tutorial in an empty folder, if this worker is what its key says.

    Args:
      archive: this package as a zip file.
      job: what `publishing.remote` reads.
      python: the minor version of Python.
      versions: of packages, by name.

    Returns:
      What `publishing.remote` wrote.

    Raises:
      RuntimeError: if the worker is not, or if nothing was written; what is wrong, or the end of what was printed.
    """
    if wrong := lacks(python, versions):
        raise RuntimeError(f"it has {', '.join(wrong)}")
    from distributed import get_worker

    task = get_worker().state.tasks[get_worker().get_current_task()]
    with tempfile.TemporaryDirectory(prefix="worker-") as name:
        folder = Path(name)
        zipfile.ZipFile(io.BytesIO(archive)).extractall(folder)
        (folder / "job").write_bytes(job)
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(
                [sys.executable, "-c", _RUN], cwd=folder, stdin=subprocess.PIPE, stdout=log, stderr=log
            ) as process,
        ):
            while True:
                try:
                    process.wait(timeout=0.2)
                    break
                except subprocess.TimeoutExpired:
                    if task.state == "cancelled":
                        process.stdin.close()  # which tells it to end
                        process.wait()
        if not (folder / "outcome").exists():
            said = (folder / "log").read_text(errors="replace").strip() or f"exit code {process.returncode}"
            raise RuntimeError(said.splitlines()[-1])
        return (folder / "outcome").read_bytes()
