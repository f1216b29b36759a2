"""What a percent file consists of: cells with their kind, metadata and lines."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from publishing.source import Line

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
KEYS = ("exercise", "check", "raises", "match", "alt", "tags")
TAGS = ("recap", "varies", "hidden", "cover")


@dataclass(frozen=True)
class Cell:
    """One cell: its lines as the author wrote them, and what its marker line says."""

    code: bool
    number: int
    lines: tuple[Line, ...]
    exercise: str | None = None
    check: str | None = None
    raises: str | None = None
    match: str | None = None
    alt: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tutorial:
    """A tutorial; `name` is its path under the source folder without suffix, as in `haiku/update`."""

    name: str
    path: Path
    cells: tuple[Cell, ...]

    @cached_property
    def digest(self) -> str:
        """A digest of all of it."""
        cells = [(replace(cell, lines=()), [(line.number, line.text) for line in cell.lines]) for cell in self.cells]
        return hashlib.sha256(repr((self.name, self.path, cells)).encode()).hexdigest()

    @property
    def title(self) -> str:
        """The text of the first heading."""
        return self.cells[0].lines[0].text.removeprefix("# ")


def regions(cell: Cell) -> list[tuple[int, int]]:
    """The solution regions of a cell as (index of BEGIN, index of END)."""
    begins = [i for i, line in enumerate(cell.lines) if line.text.strip() == BEGIN]
    ends = [i for i, line in enumerate(cell.lines) if line.text.strip() == END]
    return list(zip(begins, ends, strict=True))
