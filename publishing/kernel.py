"""A kernel that sees the installed packages and nothing else: its folder, environment and limits."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec

from publishing.settings import Settings

CONFIG = Path(__file__).with_name("kernel_config.py")
STYLE = Path(__file__).with_name("matplotlibrc")
_UNSET = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONSTARTUP", "PYTHONWARNINGS", "MPLBACKEND")


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
        environment = {name: value for name, value in os.environ.items() if name not in _UNSET}
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


@contextmanager
def kernel_folder() -> Iterator[Path]:
    """A temporary folder with an IPython profile and an empty `work`."""
    with tempfile.TemporaryDirectory(prefix="tutorial-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        profile = folder / "ipython" / "profile_default"
        profile.mkdir(parents=True)
        (folder / "work").mkdir()
        shutil.copy(CONFIG, profile / "ipython_kernel_config.py")
        yield folder


async def out_of_memory(kernel: Kernel, limit: int, passed: asyncio.Event) -> None:
    """Kill the kernel, and set `passed`, once it and its children hold more than `limit` resident megabytes."""
    process = psutil.Process(kernel.provisioner.pid)
    while True:
        await asyncio.sleep(0.2)
        try:
            held = sum(p.memory_info().rss for p in [process, *process.children(recursive=True)])
        except psutil.NoSuchProcess:
            return
        if held > limit * 1e6:
            passed.set()
            await kernel.provisioner.kill()
            return


def leave_signals_alone(**_: object) -> None:
    """Nbclient's handlers would keep Ctrl-C from ending the build; SIGTERM ends it in the same orderly way."""
    if threading.current_thread() is threading.main_thread():
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
            signal.signal(number, signal.default_int_handler)
