"""What a person sees while tutorials run: bars on a terminal, plain lines elsewhere, and how long it may take."""

import math
import time
from collections.abc import Mapping

from rich import progress
from rich.console import Console


class Progress(progress.Progress):
    """Shows which tutorials run and how far they are, on the standard error; to be entered as a context."""

    def __init__(self, console: Console | None = None) -> None:
        console = console or Console(stderr=True)
        columns = (
            progress.TextColumn("{task.description}"),
            progress.BarColumn(bar_width=24),
            progress.MofNCompleteColumn(),
            progress.TimeElapsedColumn(),
            progress.TextColumn("{task.fields[left]}"),
        )
        super().__init__(*columns, console=console, transient=True, disable=not console.is_terminal)
        self.bars: dict[str, progress.TaskID] = {}
        self.work = Work({}, 1)
        self.whole: progress.TaskID | None = None

    def begin(self, costs: Mapping[str, float], workers: int) -> None:
        """Tutorials are about to run, of these costs, as many at once as there are workers."""
        self.work = Work(costs, workers)
        self.whole = self.add_task("all tutorials", total=len(costs), left="")

    def cell(self, name: str, done: int, cells: int) -> None:
        """A tutorial begins, or a cell of it has run."""
        if name not in self.bars:
            self.bars[name] = self.add_task(name, total=cells, left="")
        self.update(self.bars[name], completed=done)
        self.work.parts[name] = done / cells
        self._update_whole()

    def ended(self, name: str, message: str) -> None:
        """A tutorial has run or failed, perhaps before it could start."""
        if name in self.bars:
            self.remove_task(self.bars.pop(name))
        self.work.end(name)
        self._update_whole()
        self.say(f"{', '.join(filter(None, (self.work.count, self.work.left())))}: {message}")

    def say(self, message: str) -> None:
        """Something a person should know, once."""
        self.console.print(message, highlight=False, markup=False, soft_wrap=True)

    def _update_whole(self) -> None:
        if self.whole is not None:
            self.update(self.whole, completed=len(self.work.ended), left=self.work.left())


class Work:
    """How much of the tutorials has run, and about how long the rest takes at the speed seen so far."""

    def __init__(self, costs: Mapping[str, float], workers: int) -> None:
        self.costs, self.workers, self.began = (
            dict(costs),
            max(1, min(workers, len(costs))),
            time.monotonic(),
        )
        self.parts: dict[
            str, float
        ] = {}  # the share of its cells that has run, of each tutorial that began
        self.ended: set[str] = set()

    def end(self, name: str) -> None:
        """A tutorial is over."""
        self.costs.setdefault(name, 1.0)
        self.ended.add(name)
        self.parts[name] = 1.0

    @property
    def count(self) -> str:
        """How many are over, as in `3 of 25`."""
        return f"{len(self.ended)} of {len(self.costs)}"

    def left(self) -> str:
        """About how long the rest takes, in words; empty before one has ended, and at the end."""
        seconds = self.seconds_left(time.monotonic() - self.began)
        return about(seconds) if seconds is not None else ""

    def seconds_left(self, elapsed: float) -> float | None:
        """The estimate: what is left runs as fast as what has run, and no tutorial runs on two workers."""
        rest = [
            cost * (1 - self.parts.get(name, 0))
            for name, cost in self.costs.items()
            if name not in self.ended
        ]
        done = sum(self.costs.values()) - sum(rest)
        if not self.ended or not rest or done <= 0:
            return None
        return elapsed / done * max(sum(rest), self.workers * max(rest))


def about(seconds: float) -> str:
    """A time to wait, as roughly as it is known: never nothing while something is left."""
    if seconds <= 45:
        return "less than a minute left"
    minutes = math.ceil(seconds / 60 - 0.25)
    if minutes > 10:
        minutes = 5 * round(minutes / 5)
    number, unit = (minutes, "minute") if minutes < 90 else (round(minutes / 60), "hour")
    return f"about {number} {unit}{'s' * (number != 1)} left"
