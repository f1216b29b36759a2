"""A tutorial that did not run as it should, told to a person: the author's line, the cell, the end of the traceback."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from nbformat import NotebookNode

from publishing.read.cells import Cell
from publishing.read.diagnostic import Line, join, relative
from publishing.run.outputs import plain

# IPython's form of a traceback, and ipykernel's names for the files of cells (`get_file_name` too), are documented by
# neither. If they change, a failure is told at the first line of its cell, and test_notebook.py fails.
_FRAME = re.compile(
    r"^ *(?:Cell In\[(?P<count>\d+)\], line (?P<line>\d+)|File (?P<file>\S+?):(?P<number>\d+))"
    r"(?:, in (?P<name>[^(\n]+))?",
    re.MULTILINE,
)
_CELL_LINE = re.compile(
    r'/ipykernel_\d+/(?P<file>\d+\.py)(?:", line |:)(?P<line>\d+)(?:: (?P<warning>\w+: .+))?'
)
_FRAMES = 8
_LINES = 12


# While a run keeps going: what its cells failed with.
_TOLD: ContextVar[list["Failure"] | None] = ContextVar("told", default=None)


class Failure(Exception):
    """A run that must not be published; `line` is where the author should look."""

    def __init__(self, line: Line, headline: str, details: str = "") -> None:
        self.line, self.headline, self.details = line, headline, details
        super().__init__(line, headline, details)  # with which it can travel from another machine

    def __str__(self) -> str:
        return "\n".join(filter(None, (str(self.line.diagnostic(self.headline)), self.details)))


@contextmanager
def keep_going() -> Iterator[list[Failure]]:
    """A run within goes on behind a cell that fails; gives the list that gets these failures, in their order."""
    token = _TOLD.set(told := [])
    try:
        yield told
    finally:
        _TOLD.reset(token)


def check_outcome(
    cell: Cell, outputs: Sequence[NotebookNode], cells: Mapping[int, Cell], headline: str = ""
) -> None:
    """Raise a Failure as `_check_outcome` says, or keep it where the run keeps going."""
    try:
        _check_outcome(cell, outputs, cells, headline)
    except Failure as failure:
        if (told := _TOLD.get()) is None:
            raise
        told.append(failure)


def _check_outcome(
    cell: Cell, outputs: Sequence[NotebookNode], cells: Mapping[int, Cell], headline: str
) -> None:
    """Raise a Failure unless a cell passed or failed as its metadata says, and wrote nothing to stderr.

    `cells` are those by execution count, as tracebacks name them; `headline` replaces the exception in a message.
    """
    error = next((output for output in outputs if output.output_type == "error"), None)
    expected = cell.raises
    if expected and error is None:
        raise cell_failure(cell, f"the cell should raise {expected} but passed.")
    if expected and error.ename == expected:
        if cell.match and not re.search(cell.match, error.evalue):
            raise raised(
                cell,
                error,
                cells,
                f'the message of the expected error does not match "{cell.match}".',
            )
    elif error is not None:
        note = f"the cell should raise {expected}, not {error.ename}." if expected else ""
        if error.ename.endswith("Warning"):
            note = 'a warning: mend it, show it with tags=["warns"], or write it under `tolerated` in mkdocs.yml.'
        raise raised(cell, error, cells, note, headline)
    stderr = "".join(output.text for output in outputs if output.get("name") == "stderr")
    if bool(stderr) != ("warns" in cell.tags):
        silent = "the cell should warn, as it is tagged, but wrote nothing to stderr."
        raise _wrote_to_stderr(cell, plain(stderr), cells) if stderr else cell_failure(cell, silent)


def cell_failure(cell: Cell, headline: str) -> Failure:
    """A failure of a cell as a whole."""
    first = next(
        (line for line in cell.lines if line.path == cell.path and line.text.strip()), cell.lines[0]
    )
    return Failure(Line(first.text, cell.path, cell.number), headline, _excerpt(cell, first))


def raised(
    cell: Cell, error: NotebookNode, cells: Mapping[int, Cell], note: str = "", headline: str = ""
) -> Failure:
    """A failure by an exception, with a note on why it is one; the exception itself is the headline without another."""
    message = plain(error.evalue).strip()
    frames = list(_frames(plain("\n".join(error.traceback)), cells))
    own = [place for place, _ in frames if place]
    place = own[-1] if own else cell.lines[0]
    if error.ename == "SystemExit":  # IPython gives no traceback for it
        place = next((line for line in cell.lines if "exit" in line.text), place)
        note = "the cell ends Python, and with it the notebook of every reader."
    details = [
        note and f"  {note}",
        _excerpt(cell, next((line for line in own if line in cell.lines), place)),
        "  the last lines of the traceback:" if frames else "",
        *(step for _, step in frames[-_FRAMES:]),
        f"  {error.ename}: {message}" if "\n" in message or frames else "",
    ]
    headline = headline or f"{error.ename}: {message.partition('\n')[0]}".removesuffix(": ")
    return Failure(place, headline, "\n".join(filter(None, details)))


def _wrote_to_stderr(cell: Cell, stderr: str, cells: Mapping[int, Cell]) -> Failure:
    """A failure by what readers would see in red: a warning in a thread, a log message, an uncaught error."""
    from ipykernel.compiler import (
        get_file_name,
    )  # it brings all of IPython, and most builds have no failure

    lines = stderr.strip().splitlines() or [""]
    files = {Path(get_file_name(join(each.lines))).name: each for each in cells.values()}
    named = [match for match in _CELL_LINE.finditer(stderr) if match["file"] in files]
    own = [_line(files[match["file"]], int(match["line"])) for match in named]
    details = [
        '  readers would see it in red; mend its cause, or show it on purpose with tags=["warns"].',
        _excerpt(cell, next((line for line in own if line in cell.lines), cell.lines[0])),
        *(f"  {line}" for line in lines[-_LINES:] if len(lines) > 1),
    ]
    place = own[-1] if own else Line(cell.lines[0].text, cell.path, cell.number)
    warning = named[-1]["warning"] if named else ""
    return Failure(
        place, f"the cell wrote to stderr: {warning or lines[-1].strip()}", "\n".join(details)
    )


def _excerpt(cell: Cell, marked: Line) -> str:
    """The cell with line numbers, up to three lines of its file around the marked one."""
    lines = (
        list({line.number: line for line in cell.lines if line.path == marked.path}.values())
        or cell.lines
    )
    at = lines.index(marked) if marked in lines else 0
    around = lines[max(0, at - 3) : at + 4]
    rows = [f"  {'>' if line == marked else ' '} {line.number:4} | {line.text}" for line in around]
    return "\n".join([f"  in the cell at {relative(cell.path)}:{cell.number}:", *rows])


def _frames(traceback: str, cells: Mapping[int, Cell]) -> Iterator[tuple[Line | None, str]]:
    """The steps of a traceback in words, each with its line if that is the author's."""
    for match in _FRAME.finditer(traceback):
        function = (match["name"] or "the cell").strip()
        if match["count"] is None:
            yield (
                None,
                f"  {match['file'].rpartition('site-packages/')[2]}:{match['number']} in {function}",
            )
        elif cell := cells.get(int(match["count"])):
            line = _line(cell, int(match["line"]))
            yield (
                line,
                f"  {relative(line.path)}:{line.number} in {function}\n      {line.text.strip()}",
            )


def _line(cell: Cell, number: int) -> Line:
    return cell.lines[min(number, len(cell.lines)) - 1]
