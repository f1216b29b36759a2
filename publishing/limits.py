"""What a run may take, memory and output, and why a kernel ended."""

from __future__ import annotations

import asyncio
import itertools
import json
import signal
import threading
from contextlib import suppress
from typing import Any

import psutil
from nbclient import NotebookClient
from nbformat import NotebookNode

OUTPUT_LIMIT = 5_000_000


class LimitedClient(NotebookClient):
    """A client that stops its kernel at a limit.

    Attributes:
      size: how much the present cell has put out, in characters.
      stopped: the limit that was passed, in a sentence; empty while none is.
    """

    size = 0
    stopped = ""

    async def async_start_new_kernel(self, **kwargs: Any) -> None:
        """Start the kernel, without nbclient's handlers: they keep Ctrl-C from ending the build.

        SIGTERM ends it in the same orderly way.
        """
        if threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
                signal.signal(number, signal.default_int_handler)
        await super().async_start_new_kernel(**kwargs)

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Count what a cell puts out, and keep no more of it than can be shown."""
        if msg["msg_type"] != "status":
            self.size += len(json.dumps(msg["content"]))
            if self.size > OUTPUT_LIMIT:
                self.stopped = f"the cell put out more than {OUTPUT_LIMIT / 1e6:.0f} MB; show less of it."
                return None
        return super().process_message(msg, cell, cell_index)

    async def watch(self, memory: int) -> None:
        """Kill the kernel once it and its children hold more than `memory` resident megabytes, or put out too much."""
        kernel, children = psutil.Process(self.km.provisioner.pid), []
        turns = itertools.count()
        while not self.stopped:
            await asyncio.sleep(0.2)
            try:
                if next(turns) % 3 == 0:  # to find them takes a hundred times as long as to see what they hold
                    children = kernel.children(recursive=True)
                held = kernel.memory_info().rss + sum(map(_resident, children))
            except psutil.NoSuchProcess:
                return
            if held > memory * 1e6:
                self.stopped = (
                    f"the kernel took more than {memory} MB, the memory option in mkdocs.yml; it was stopped."
                )
        await self.km.provisioner.kill()

    async def cause_of_death(self) -> str:
        """Why the kernel is no more."""
        if self.stopped:
            return self.stopped
        code = await self.km.provisioner.poll()
        if code is not None and code < 0:
            name = signal.Signals(-code).name
            hint = "; the system may have run out of memory" if name == "SIGKILL" else ""
            return f"the kernel was killed by {name}{hint}."
        return f"the kernel ended by itself with exit code {code}."


def _resident(process: psutil.Process) -> int:
    """The bytes that a child holds in memory; none if it has ended."""
    with suppress(psutil.NoSuchProcess):
        return process.memory_info().rss
    return 0
