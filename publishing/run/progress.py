"""What a person sees while tutorials run: moving bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import io
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars


class Progress:
    """Shows which tutorials run and how far they are; to be entered as a context."""

    def __init__(self, console: Console) -> None:
        self.console = console
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn())
        self.bars = Bars(*columns, console=console, transient=True, disable=not console.is_terminal)
        self.tasks: dict[str, TaskID] = {}

    @classmethod
    def on_stderr(cls) -> Progress:
        """A progress on the standard error."""
        return cls(Console(stderr=True))

    @classmethod
    def silent(cls) -> Progress:
        """A progress that shows nothing."""
        return cls(Console(file=io.StringIO()))

    def __enter__(self) -> Self:
        self.bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bars.stop()

    def started(self, name: str) -> None:
        """A kernel starts."""
        self.tasks[name] = self.bars.add_task(name, total=None)

    def cell(self, name: str, done: int, cells: int) -> None:
        """A cell has run."""
        self.bars.update(self.tasks[name], completed=done, total=cells)

    def ended(self, name: str, message: str) -> None:
        """A tutorial has run or failed, perhaps before it could start."""
        if name in self.tasks:
            self.bars.remove_task(self.tasks.pop(name))
        self.say(message)

    def say(self, message: str) -> None:
        """Something a person should know, once."""
        self.console.print(message, highlight=False, markup=False, soft_wrap=True)
