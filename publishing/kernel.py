"""A kernel that sees the installed packages and nothing else: its folder, environment and limits."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec

from publishing.settings import Settings

CONFIG = Path(__file__).with_name("kernel_config.py")
STYLE = Path(__file__).with_name("matplotlibrc")
PROFILE = Path("ipython/profile_default/ipython_kernel_config.py")
_UNSET = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONSTARTUP", "PYTHONWARNINGS", "MPLBACKEND")
# What a shell tells JAX would be true of the page and not of the download: 64 bits, or code that another run compiled.
_OF_DEVICES = ("JAX_PLATFORMS", "JAX_PLATFORM_NAME", "JAX_CUDA_VISIBLE_DEVICES", "JAX_ROCM_VISIBLE_DEVICES")


class Kernel(AsyncKernelManager):
    """A kernel of this very Python, whatever kernels this machine has registered."""

    def __init__(self, folder: Path | None = None, **kwargs: Any) -> None:
        if folder:
            kwargs |= {"connection_file": str(folder / "kernel.json"), "transport": "ipc"}
        super().__init__(**kwargs)
        self.folder = folder

    @property
    def kernel_spec(self) -> KernelSpec:
        """How the kernel is started."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")

    def launch(self, settings: Settings) -> dict[str, Any]:
        """The working directory and environment to start with."""
        environment = {name: value for name, value in os.environ.items() if not _is_unset(name)}
        environment |= {
            "IPYTHONDIR": str(self.folder / "ipython"),
            "MATPLOTLIBRC": str(STYLE),
            "PYTHONHASHSEED": "0",
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }
        if settings.device != "auto":
            environment["JAX_PLATFORMS"] = {"cpu": "cpu", "gpu": "cuda"}[settings.device]
        if settings.device != "cpu" and settings.kernels > 1:
            # A process takes most of a GPU when it starts, unless told to take what it uses.
            environment["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"
        return {"cwd": str(self.folder / "work"), "env": environment}


def _is_unset(name: str) -> bool:
    return name in _UNSET or (name.startswith("JAX_") and name not in _OF_DEVICES)


@contextmanager
def kernel_folder() -> Iterator[Path]:
    """A temporary folder with an IPython profile and an empty `work`; what its kernel started ends with it."""
    with tempfile.TemporaryDirectory(prefix=f"tutorial-{os.getpid()}-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        profile = (folder / PROFILE).parent
        profile.mkdir(parents=True)
        (folder / "work").mkdir()
        shutil.copy(CONFIG, profile / PROFILE.name)
        try:
            yield folder
        finally:
            end_processes(folder)


def end_processes(folder: Path) -> None:
    """Kill what a kernel of this folder started, in whatever session or group: children inherit its environment."""
    mark = str(folder / "ipython")
    for _ in range(20):  # what is killed may just have started another
        found = [process for process in psutil.process_iter() if _variable(process, "IPYTHONDIR") == mark]
        if not found:
            return
        for process in found:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(found, timeout=1)


def clear_killed() -> None:
    """End the processes and remove the folders of builds that were killed."""
    for folder in Path(tempfile.gettempdir()).glob("tutorial-*-*"):
        number = folder.name.split("-")[1]
        if number.isdecimal() and not psutil.pid_exists(int(number)) and (folder / PROFILE).is_file():
            end_processes(folder)
            shutil.rmtree(folder, ignore_errors=True)


def _variable(process: psutil.Process, name: str) -> str | None:
    """A variable of a process's environment; None if it has none, or has ended, or is not ours."""
    try:
        return process.environ().get(name)
    except (psutil.Error, OSError):
        return None
