"""What a person sees while tutorials run: moving bars on a terminal, plain lines elsewhere."""

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
        )
        super().__init__(*columns, console=console, transient=True, disable=not console.is_terminal)
        self.bars: dict[str, progress.TaskID] = {}

    def cell(self, name: str, done: int, cells: int) -> None:
        """A tutorial begins, or a cell of it has run."""
        if name not in self.bars:
            self.bars[name] = self.add_task(name, total=cells)
        self.update(self.bars[name], completed=done)

    def ended(self, name: str, message: str) -> None:
        """A tutorial has run or failed, perhaps before it could start."""
        if name in self.bars:
            self.remove_task(self.bars.pop(name))
        self.say(message)

    def say(self, message: str) -> None:
        """Something a person should know, once."""
        self.console.print(message, highlight=False, markup=False, soft_wrap=True)
