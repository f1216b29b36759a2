"""A tutorial that did not run as it should: the author's line, the cell, the traceback's end."""

import re
from collections.abc import Iterator, Mapping, Sequence

from nbformat import NotebookNode

from publishing.read.cells import Cell
from publishing.read.diagnostic import Line, printable, relative
from publishing.run.outputs import normal, plain

# IPython's form of a traceback, which is not documented. If it changes, a failure is told at the
# first line of its cell.
_FRAME = re.compile(
    r"^ *(?:Cell In\[(?P<count>\d+)\], line (?P<line>\d+)|File (?P<file>\S+?):(?P<number>\d+))"
    r"(?:, in (?P<name>[^(\n]+))?",
    re.MULTILINE,
)
_FRAMES = 8
_LINES = 12


class Failure(Exception):
    """A run that must not be published; `line` is where the author should look."""

    def __init__(self, line: Line, headline: str, details: str = "") -> None:
        self.line, self.headline, self.details = line, headline, details
        super().__init__(line, headline, details)  # with which it can travel from another machine

    def __str__(self) -> str:
        place = str(self.line.diagnostic(self.headline))
        return "\n".join(filter(None, (place, printable(self.details))))


class Refuted(Failure):
    """What a cell measured is not in the order that its page states; it may be at another run."""


def merge(failures: Sequence[Failure]) -> Failure:
    """One failure that tells of several, at the line of the first."""
    first, *others = failures
    return Failure(first.line, first.headline, "\n\n".join([first.details, *map(str, others)]))


def check_outcome(
    cell: Cell,
    outputs: Sequence[NotebookNode],
    cells: Mapping[int, Cell],
    headline: str = "",
    matches: bool = True,
) -> None:
    """Raise a Failure unless a cell passed or failed as its metadata says, without stderr.

    It is a Refuted if a hidden assertion on measurements fails. `cells` are those by execution
    count, as tracebacks name them; `headline` replaces the exception in a message;
    `matches` says whether `match` finds it.
    """
    failure = _failure_of(cell, outputs, cells, headline, matches)
    measured = {"hidden", "varies"} <= {*cell.tags}
    if failure and measured and failure.headline.startswith("AssertionError"):
        raise Refuted(*failure.args)
    if failure:
        raise failure


def _failure_of(
    cell: Cell,
    outputs: Sequence[NotebookNode],
    cells: Mapping[int, Cell],
    headline: str,
    matches: bool,
) -> Failure | None:
    error = next((output for output in outputs if output.output_type == "error"), None)
    expected = cell.raises
    if expected and error is None:
        return cell_failure(cell, f"the cell should raise {expected} but passed.")
    if expected and error.ename == expected:
        if not matches:
            note = f'the message of the expected error does not match "{cell.match}".'
            return raised(cell, error, cells, note)
    elif error is not None:
        name = " ".join(error.ename.split())
        note = f"the cell should raise {expected}, not {name}." if expected else ""
        if error.ename.endswith("Warning"):
            ways = 'mend it, show it with tags=["warns"], or write it under `tolerated`'
            note = f"a warning: {ways} in mkdocs.yml."
        if name == "FileNotFoundError" and not expected:
            note = _missing(cell, error.evalue)
        return raised(cell, error, cells, note, headline)
    stderr = "".join(output.text for output in outputs if output.get("name") == "stderr")
    if stderr and "warns" not in cell.tags:
        return _wrote_to_stderr(cell, stderr)
    if not stderr and "warns" in cell.tags:
        return cell_failure(cell, "the cell is tagged to warn, but wrote nothing to stderr.")
    return None


def cell_failure(cell: Cell, headline: str) -> Failure:
    """A failure of a cell as a whole."""
    own = (line for line in cell.lines if line.path == cell.path and line.text.strip())
    first = next(own, cell.lines[0])
    return Failure(Line(first.text, cell.path, cell.number), headline, _excerpt(cell, first))


def raised(
    cell: Cell, error: NotebookNode, cells: Mapping[int, Cell], note: str = "", headline: str = ""
) -> Failure:
    """A failure by an exception, with a note on why it is one; `headline` replaces the message."""
    name, message = " ".join(error.ename.split()), _whole_lines(error.evalue)
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
        *([f"  {name}: {_quoted(message)}"] if "\n" in message or frames else []),
    ]
    if error.ename == "StdinNotImplementedError":
        headline = "the cell waits for what a reader types, and a build has none; write it here."
    headline = headline or f"{name}: {message.partition('\n')[0]}".removesuffix(": ")
    return Failure(place, headline, "\n".join(filter(None, details)))


def _missing(cell: Cell, message: str) -> str:
    """How a page has the file that a message says is missing; empty if it names none."""
    named = re.search(r"'([^']+)'$|(\S+) not found", message)
    file = re.split(r"[\\/]", named[1] or named[2])[-1] if named else ""
    place = f'put it beside the page, {relative(cell.path.with_name(file))}, and write "{file}"'
    return file and f"readers would not have it either: {place}, or make it in a cell before."


def _wrote_to_stderr(cell: Cell, stderr: str) -> Failure:
    """A failure by what readers would see in red: a warning in a thread, a log, a traceback."""
    stderr = _whole_lines(normal(stderr))
    lines = stderr.split("\n")
    # Behind the last line of a warning is its code, indented, and before that of a traceback.
    last = next(line for line in reversed(lines) if not line.startswith(" "))
    way = 'mend its cause, or show it on purpose with tags=["warns"].'
    details = [
        f"  readers would see it in red; {way}",
        _excerpt(cell, cell.lines[0]),
        *(f"  | {line}" for line in [*dict.fromkeys(lines)][-_LINES:] if len(lines) > 1),
    ]
    place = Line(cell.lines[0].text, cell.path, cell.number)
    return Failure(place, f"the cell wrote to stderr: {last}", "\n".join(details))


def _whole_lines(text: str) -> str:
    """What a cell raised or wrote, in lines and without colours."""
    return re.sub("\r\n?", "\n", plain(text)).strip()


def _quoted(text: str) -> str:
    """Lines of which none but the first begins as it likes: `::error` is a command to a CI."""
    return text.replace("\n", "\n  | ")


def _excerpt(cell: Cell, marked: Line) -> str:
    """The cell with line numbers, up to three lines of its file around the marked one."""
    own = {line.number: line for line in cell.lines if line.path == marked.path}
    lines = list(own.values()) or cell.lines
    at = lines.index(marked) if marked in lines else 0
    around = lines[max(0, at - 3) : at + 4]
    rows = [f"  {'>' if line == marked else ' '} {line.number:4} | {line.text}" for line in around]
    return "\n".join([f"  in the cell at {relative(cell.path)}:{cell.number}:", *rows])


def _frames(traceback: str, cells: Mapping[int, Cell]) -> Iterator[tuple[Line | None, str]]:
    """The steps of a traceback in words, each with its line if that is the author's."""
    for match in _FRAME.finditer(traceback):
        function = (match["name"] or "the cell").strip()
        if match["count"] is None:
            file = match["file"].rpartition("site-packages/")[2]
            yield None, f"  {file}:{match['number']} in {function}"
        elif cell := cells.get(int(match["count"])):
            line = _line(cell, int(match["line"]), function)
            place = f"{relative(line.path)}:{line.number}"
            own = None if line in cell.support else line  # the author's mistake is not in a snippet
            yield own, f"  {place} in {function}\n      {line.text.strip()}"


def _line(cell: Cell, number: int, function: str) -> Line:
    """The line of a frame; what a check brings runs under the number of its exercise's cell."""
    start = f"def {function.rpartition('.')[2]}("  # of a method, IPython names the class as well
    support = any(line.text.strip().startswith(start) for line in cell.support)
    lines = cell.support if support else cell.lines
    return lines[min(number, len(lines)) - 1]
