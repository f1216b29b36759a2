"""What a percent file consists of: cells with their kind, metadata and lines."""

import re
from dataclasses import dataclass
from pathlib import Path

from publishing.read.diagnostic import Line, join, syntax_error

SYNTAX_ERRORS = ("SyntaxError", "IndentationError", "TabError")  # of code that Python cannot read
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
KEYS = ("exercise", "kind", "minutes", "check", "raises", "match", "alt", "tags")
_CAPTION = re.compile(r"(?m)^# Caption: (.*(?:\n#.*)*)")
KINDS = ("predict", "repair", "build")
TAGS = (
    "recap",
    "varies",
    "hidden",
    "cover",
    "predict",
    "plot",
    "frames",
    "sample",
    "short",
    "warns",
)


@dataclass(frozen=True)
class Cell:
    """A cell: what its marker line says, and its lines, as they were written or assembled."""

    code: bool
    path: Path
    number: int  # of its marker line
    lines: tuple[Line, ...]
    exercise: str | None = None
    kind: str | None = None
    minutes: str | None = None
    check: str | None = None
    raises: str | None = None
    match: str | None = None
    alt: str | list[str] | None = None  # or a list, where it draws several figures
    tags: tuple[str, ...] = ()
    # Of an assembled exercise: what its check must refuse, by description, and code for its check,
    # to run in a cell before this one.
    stubs: tuple[tuple[str, str], ...] = ()
    support: tuple[Line, ...] = ()

    @property
    def is_python(self) -> bool:
        """Whether it is code, and not shown because Python cannot read it."""
        return self.code and not (self.raises in SYNTAX_ERRORS and syntax_error(join(self.lines)))

    @property
    def caption(self) -> str:
        """What to conclude from its figure: its comment that begins with `Caption:`."""
        found = _CAPTION.search(join(self.lines))
        return " ".join(found[1].replace("\n#", " ").split()) if found else ""


@dataclass(frozen=True)
class Tutorial:
    """A tutorial; `name` is its path under the source folder without suffix, as in `part/topic`."""

    name: str
    path: Path
    cells: tuple[Cell, ...]

    @property
    def title(self) -> str:
        """The text of the first heading."""
        return self.cells[0].lines[0].text.removeprefix("# ")


def regions(cell: Cell) -> list[tuple[int, int]]:
    """The solution regions of a cell as (index of BEGIN, index of END)."""
    marks = [i for i, line in enumerate(cell.lines) if line.text.strip() in (BEGIN, END)]
    return list(zip(marks[::2], marks[1::2], strict=True))
