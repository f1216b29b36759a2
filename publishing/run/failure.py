"""A tutorial that did not run as it should, told to a person: the author's line, the cell, the end of the traceback."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from publishing.read.cells import Cell
from publishing.read.problem import Line, join, relative
from publishing.run.outputs import plain

_FRAME = re.compile(
    r"^ *(?:Cell In\[(?P<count>\d+)\], line (?P<line>\d+)|File (?P<file>\S+?):(?P<number>\d+))"
    r"(?:, in (?P<name>[^(\n]+))?",
    re.MULTILINE,
)
_CELL_LINE = re.compile(r'/ipykernel_\d+/(?P<file>\d+\.py)(?:", line |:)(?P<line>\d+)(?:: (?P<warning>\w+: .+))?')
_SHOWN_FRAMES = 8
_SHOWN_LINES = 12


class Failure(Exception):
    """A run that must not be published.

    Attributes:
      line: where the author should look.
    """

    def __init__(self, line: Line, headline: str, details: str = "") -> None:
        self.line, self.headline, self.details = line, headline, details
        super().__init__(line, headline, details)  # with which it can travel from another machine

    def __str__(self) -> str:
        sentence = f"{relative(self.line.path)}:{self.line.number}: {self.headline}"
        return f"{sentence}\n{self.details}" if self.details else sentence


@dataclass(frozen=True)
class Frame:
    """One step of a traceback: a line of the author's, or of a library's file."""

    place: Line
    function: str
    own: bool

    def __str__(self) -> str:
        where = f"  {relative(self.place.path) if self.own else self.place.path}:{self.place.number} in {self.function}"
        return f"{where}\n      {self.place.text.strip()}" if self.own else where


def cell_failure(cell: Cell, headline: str, details: str = "") -> Failure:
    """A failure of a cell as a whole."""
    first = cell.lines[0]
    place = Line(first.text, cell.path, cell.number)
    return Failure(place, headline, "\n".join(filter(None, [details, excerpt(cell, first)])))


def raised(
    cell: Cell, error: NotebookNode, cells: dict[int, Cell], note: str = "", headline: str = ""
) -> Failure:
    """A failure by an exception.

    Args:
      cell: the cell that raised.
      error: its error output.
      cells: the cells by execution count, to find the lines that a traceback names.
      note: a sentence on why this exception is a failure.
      headline: the sentence to begin with; the exception itself without one.
    """
    message = plain(error.evalue).strip()
    frames = _frames("\n".join(error.traceback), cells)
    own = [frame for frame in frames if frame.own]
    place = own[-1].place if own else cell.lines[0]
    if error.ename == "SystemExit":  # IPython gives no traceback for it
        place = next((line for line in cell.lines if "exit" in line.text), place)
        note = "  the cell ends Python, and with it the notebook of every reader."
    if len(frames) > _SHOWN_FRAMES:
        frames = frames[-_SHOWN_FRAMES:]
    first = (message.splitlines() or [""])[0]
    headline = headline or (f"{error.ename}: {first}" if first else error.ename)
    parts = [
        note,
        excerpt(cell, next((frame.place for frame in own if frame.place in cell.lines), place)),
        "  the last lines of the traceback:" if frames else "",
        *map(str, frames),
        f"  {error.ename}: {message}" if "\n" in message or frames else "",
    ]
    return Failure(place, headline, "\n".join(filter(None, parts)))


def wrote_to_stderr(cell: Cell, stderr: str, cells: dict[int, Cell]) -> Failure:
    """A failure by what readers would see in red: a warning in a thread, a log message, an error that nobody caught.

    Args:
      cell: the cell that ran.
      stderr: what came on it.
      cells: the cells by execution count, to find the lines that a traceback names.
    """
    stderr = plain(stderr)
    lines = stderr.strip().splitlines() or [""]
    from ipykernel.compiler import get_file_name  # it brings all of IPython, and most builds have no failure

    own = {Path(get_file_name(join(c.lines))).name: c for c in cells.values()}
    named = [match for match in _CELL_LINE.finditer(stderr) if match["file"] in own]
    headline = f"the cell wrote to stderr: {(named and named[-1]['warning']) or lines[-1].strip()}"
    details = [
        "  readers would see it in red; mend its cause, or print to stdout what belongs on the page.",
        *(f"  {line}" for line in lines[-_SHOWN_LINES:] if len(lines) > 1),
    ]
    if not named:
        return cell_failure(cell, headline, "\n".join(details))
    cell = own[named[-1]["file"]]
    place = cell.lines[min(int(named[-1]["line"]), len(cell.lines)) - 1]
    return Failure(place, headline, "\n".join([details[0], excerpt(cell, place), *details[1:]]))


def excerpt(cell: Cell, marked: Line | None) -> str:
    """The cell with line numbers, up to three lines around the marked one."""
    at = cell.lines.index(marked) if marked in cell.lines else 0
    around = cell.lines[max(0, at - 3) : at + 4]
    rows = [f"  {'>' if line == marked else ' '} {line.number:4} | {line.text}" for line in around]
    return "\n".join([f"  in the cell at {relative(cell.path)}:{cell.number}:", *rows])


def _frames(traceback: str, cells: dict[int, Cell]) -> list[Frame]:
    frames = []
    for match in _FRAME.finditer(plain(traceback)):
        function = (match["name"] or "the cell").strip()
        if match["count"] is None:
            path = match["file"].rpartition("site-packages/")[2]
            frames.append(Frame(Line("", path, int(match["number"])), function, own=False))
        elif cell := cells.get(int(match["count"])):
            line = cell.lines[min(int(match["line"]), len(cell.lines)) - 1]
            frames.append(Frame(line, function, own=True))
    return frames
