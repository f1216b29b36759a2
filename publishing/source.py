"""Where a line was written, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """One line of a notebook cell and the place in the author's files that it comes from."""

    text: str
    path: Path
    number: int


@dataclass(frozen=True)
class Problem:
    """Something an author has to mend: one sentence, with the place."""

    path: Path
    number: int
    message: str

    def __str__(self) -> str:
        return f"{shown(self.path)}:{self.number}: {self.message}"


class SourceError(Exception):
    """The author's files cannot be built as they are; `problems` says where and why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def text(lines: list[Line] | tuple[Line, ...]) -> str:
    """The lines as one string."""
    return "\n".join(line.text for line in lines)


def shown(path: Path) -> Path:
    """The path as a person at the prompt would type it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def read_source(path: Path) -> str:
    """The text of a source file.

    Raises:
      SourceError: if the file is missing or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SourceError(Problem(path, line, "is not UTF-8; save the file as UTF-8.")) from None
    except OSError as error:
        raise SourceError(Problem(path, 1, f"cannot be read ({error.strerror}).")) from None
