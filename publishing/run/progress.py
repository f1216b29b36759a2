"""What a person sees while tutorials run: bars on a terminal, plain lines elsewhere."""

from collections.abc import Mapping

from rich import progress
from rich.console import Console

from publishing.read.diagnostic import printable


class Progress(progress.Progress):
    """Shows which tutorials run and how far they are, on the standard error; to be entered."""

    def __init__(self, console: Console | None = None) -> None:
        console = console or Console(stderr=True)
        text, bar = progress.TextColumn("{task.description}"), progress.BarColumn(bar_width=24)
        times = (progress.TimeElapsedColumn(), progress.TimeRemainingColumn())
        columns = (text, bar, progress.TaskProgressColumn(), *times)
        options = {"transient": True, "disable": not console.is_terminal}
        super().__init__(*columns, console=console, speed_estimate_period=3600, **options)
        self.bars: dict[str, progress.TaskID] = {}
        self.costs: dict[str, float] = {}
        self.ends = 0

    def begin(self, costs: Mapping[str, float]) -> None:
        """Tutorials are about to run, which take about so many seconds each."""
        self.costs = dict(costs)
        total, several = sum(costs.values()), len(costs) > 1
        self.all = self.add_task("all tutorials", total=total, visible=several)

    def cell(self, name: str, done: int, cells: int) -> None:
        """A tutorial begins, or a cell of it has run."""
        if name not in self.bars:
            self.bars[name] = self.add_task(name, total=cells)
        at = f"{name}, cell {min(done + 1, cells)} of {cells}"
        self.update(self.bars[name], completed=done, description=at)

    def ended(self, name: str, message: str) -> None:
        """A tutorial has run or failed, perhaps before it could start."""
        if name in self.bars:
            self.remove_task(self.bars.pop(name))
        self.ends += 1
        self.advance(self.all, self.costs.get(name, 0.0))
        self.say(f"{self.ends} of {len(self.costs)}: {message}")

    def say(self, message: str) -> None:
        """Something a person should know, once."""
        self.console.print(printable(message), highlight=False, markup=False, soft_wrap=True)
