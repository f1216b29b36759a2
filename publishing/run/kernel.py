"""A kernel that sees the installed packages and nothing else: folder, environment, limits, end."""

import asyncio
import itertools
import json
import logging
import os
import re
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
import psutil
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from zmq import ZMQError

from publishing.run import devices
from publishing.run.devices import MachineError
from publishing.settings import Settings

CONFIG = Path(__file__).with_name("kernel_config.py")
STYLE = Path(__file__).with_name("matplotlibrc")
OUTPUT_LIMIT = 5_000_000
SVG_LIMIT = 1_000_000  # above it, a run keeps only the PNG of a figure that has both

_PROFILE = Path("ipython/profile_default/ipython_kernel_config.py")
# All that a kernel has of the environment of the build, beside what devices.py adds: what a shell
# sets changes outputs and is in no key, and a token must not reach a page.
_INHERITED = re.compile(
    r"PATH|HOME|USER|LOGNAME|TMPDIR|TEMP|TMP|XDG_CACHE_HOME|MPLCONFIGDIR|SYSTEMROOT"
    r"|(LD|DYLD(_FALLBACK)?)_LIBRARY_PATH|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE"
    r"|(HTTPS?|FTP|ALL|NO)_PROXY",
    re.IGNORECASE,
)
_WITH_PASSWORD = re.compile("://[^/]*@")  # as of a proxy
_FIXED = {
    "COLUMNS": "80",
    "LC_ALL": "C.UTF-8",
    "MATPLOTLIBRC": str(STYLE),
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
}
# The path of a socket has 103 bytes, and `tutorial-xxxxxxxx/kernel-ipc-5` comes behind the folder.
_LONGEST_FOLDER = 70
_ROUNDS = 20  # in which a kernel's processes are killed, each with those that came since the last
_SAID = 3  # the last lines of a kernel that did not start
_QUIET = logging.getLogger("publishing.nbclient")
_QUIET.setLevel(logging.CRITICAL + 1)


class StartError(Exception):
    """A kernel that did not start."""


class OwnPython(KernelSpecManager):
    """Starts kernels with this very Python, whatever kernels this machine has registered."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """How a kernel is started."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


class Kernel(AsyncKernelManager):
    """A kernel of this Python, with a folder of its own."""

    def __init__(self, folder: Path) -> None:
        connection = {"connection_file": str(folder / "kernel.json"), "transport": "ipc"}
        super().__init__(kernel_spec_manager=OwnPython(), **connection)
        self.folder = folder
        self.seen: set[psutil.Process] = set()

    def launch(self, settings: Settings) -> dict[str, Any]:
        """The working directory and environment to start with."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if _INHERITED.fullmatch(name) and not _WITH_PASSWORD.search(value)
        }
        of_devices = devices.environment(os.environ, settings.device, shared=settings.kernels > 1)
        own = {"IPYTHONDIR": str(self.folder / "ipython"), **settings.elsewhere}
        return {"cwd": str(self.folder / "work"), "env": inherited | of_devices | _FIXED | own}

    def kill_group(self) -> None:
        """Kill the kernel, if it lives, and all that it started, wherever that has moved."""
        if not (self.provisioner and self.provisioner.pid):
            return
        with suppress(psutil.Error):
            self.process.suspend()  # or it would start more
        for _ in range(_ROUNDS):  # what is killed may have begun another process just before
            if not (alive := self._alive()):
                break
            for process in alive:
                with suppress(psutil.Error):
                    process.kill()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.provisioner.pid, signal.SIGKILL)

    @cached_property
    def process(self) -> psutil.Process:
        """The kernel, once it has been started; never a later process of its number."""
        return psutil.Process(self.provisioner.pid)

    def children(self) -> set[psutil.Process]:
        """The processes below the kernel, which are remembered should it end before them."""
        with suppress(psutil.Error):
            self.seen |= (children := set(self.process.children(recursive=True)))
            return children
        return set()

    def _alive(self) -> set[psutil.Process]:
        """What the kernel started and still runs: below it, seen there before, or in its folder.

        On Linux, orphans stay below a kernel that lives (see kernel_config.py). When it is dead,
        and elsewhere, they are those that work in its folder, without the terminal that a person's
        shell there would have.
        """
        found = self.children() | self.seen
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if Path(process.cwd()).is_relative_to(self.folder) and not process.terminal():
                    found.add(process)
        return {each for each in found if each.pid != self.provisioner.pid and _is_alive(each)}


def _is_alive(process: psutil.Process) -> bool:
    """Whether this very process, and not a later one of its number, still runs."""
    ended = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    try:
        return process.is_running() and process.status() not in ended
    except psutil.Error:
        return False


def check_machine() -> None:
    """Raise a MachineError where no kernel can run: no process groups, no place for sockets."""
    if not hasattr(os, "killpg"):
        way = "on Windows, build in WSL (`wsl --install`)."
        raise MachineError(f"tutorials run on Linux and macOS; {way}")
    if len(os.fsencode(folder := tempfile.gettempdir())) > _LONGEST_FOLDER:
        way = "set TMPDIR to a shorter one, as in `TMPDIR=/tmp`."
        raise MachineError(f"{folder} is too long for sockets; {way}")


def _checkouts() -> list[str]:
    """The folder of this package if nothing is installed there: an editable install shows it."""
    folder = Path(__file__).resolve().parents[2]
    return [] if any(folder.glob("*.dist-info")) else [str(folder)]


@contextmanager
def kernel_folder(settings: Settings) -> Iterator[Path]:
    """A temporary folder with an IPython profile and an empty `work`."""
    values = {
        "HIDDEN": [settings.snippets.name, __name__.partition(".")[0], settings.source.name],
        "NOT_SEARCHED": _checkouts(),
        "TOLERATED": [re.escape(text) for text in settings.tolerated],
    }
    config = CONFIG.read_text(encoding="utf-8")
    for name, value in values.items():
        config = config.replace(f"{name} = []", f"{name} = {value!r}")
    with tempfile.TemporaryDirectory(prefix="tutorial-", ignore_cleanup_errors=True) as folder:
        profile = Path(folder, _PROFILE)
        profile.parent.mkdir(parents=True)
        profile.write_text(config, encoding="utf-8")
        Path(folder, "work").mkdir()
        yield Path(folder)


class LimitedClient(NotebookClient):
    """A client that stops its kernel at a limit."""

    size = 0  # how much of what the present cell has put out is shown so far, in characters
    stopped = ""  # the limit that was passed, in a sentence

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Count what a cell shows, and keep what can be shown; nbclient itself has no limit."""
        if self.stopped and msg["msg_type"] != "status":
            return None
        data = msg["content"].get("data", {})
        if "image/png" in data and len(data.get("image/svg+xml", "")) > SVG_LIMIT:
            del data["image/svg+xml"]  # a page would take the PNG
        output = super().process_message(msg, cell, cell_index)
        if output:  # if it is alone, all before it was cleared away
            self.size = len(json.dumps(output)) + (self.size if len(cell.outputs) > 1 else 0)
        elif msg["msg_type"] == "update_display_data":
            self.size = max(len(json.dumps(cell.outputs)), len(json.dumps(data)))
        if self.size > OUTPUT_LIMIT:
            limit = f"{OUTPUT_LIMIT / 1e6:.0f} MB"
            self.stopped = f"the cell put out more than {limit}; show less of it."
        return output

    async def watch(self, memory: int) -> None:
        """Kill the kernel once it and its children hold more megabytes, or put out too much."""
        turns, children = itertools.count(), set()
        with suppress(psutil.NoSuchProcess):
            while not self.stopped:
                await asyncio.sleep(0.2)
                # To find children takes a hundred times as long as to see what they hold.
                if next(turns) % 3 == 0:
                    children = self.km.children()
                resident = self.km.process.memory_info().rss
                for child in children:
                    with suppress(psutil.NoSuchProcess):
                        resident += child.memory_info().rss
                if resident > memory * 1e6:
                    limit = f"{memory} MB, the memory option in mkdocs.yml"
                    self.stopped = f"the kernel took more than {limit}; it was stopped."
        self.km.kill_group()

    async def cause_of_death(self) -> str:
        """Why the kernel ended."""
        if self.stopped:
            return self.stopped
        code = await self.km.provisioner.poll()
        if code is not None and code < 0:
            name = signal.Signals(-code).name
            hint = "; the system may have run out of memory" if name == "SIGKILL" else ""
            return f"the kernel was killed by {name}{hint}."
        return f"the kernel ended by itself with exit code {code}."


@asynccontextmanager
async def start_kernel(settings: Settings) -> AsyncIterator[LimitedClient]:
    """The client of a new kernel in an empty folder, which ends with the context, children too.

    Raises a StartError if the kernel does not start. (nbclient's own context would install signal
    handlers, which keep Ctrl-C from ending the build.)
    """
    with kernel_folder(settings) as folder, (folder / "log").open("wb") as log:
        kernel = Kernel(folder)
        # By default nbclient drops outputs that come four seconds after the end of a cell.
        options = {
            "timeout": settings.timeout,
            "iopub_timeout": settings.timeout,
            "raise_on_iopub_timeout": True,
            "store_widget_state": False,
        }
        client = LimitedClient(nbformat.v4.new_notebook(), km=kernel, **options)
        client.log = _QUIET
        watch: asyncio.Task | None = None
        try:
            try:
                # What a cell writes past IPython, too, is not for the terminal of the build.
                streams = {"stdout": log, "stderr": log}
                await client.async_start_new_kernel(**kernel.launch(settings), **streams)
                await client.async_start_new_kernel_client()
                # Else it waits with 1,000 outputs, and the kernel drops more.
                client.kc.iopub_channel.socket.rcvhwm = 0
            except (RuntimeError, OSError, ZMQError) as error:
                said = (folder / "log").read_text(errors="replace").split("\n")
                raise StartError(f"{error} {' '.join(said[-_SAID:])}".strip()) from error
            watch = asyncio.create_task(client.watch(settings.memory))
            yield client
        finally:
            if watch:
                watch.cancel()
            kernel.kill_group()
            if client.kc:
                client.kc.stop_channels()
            if kernel.has_kernel:
                await kernel.shutdown_kernel(now=True)
