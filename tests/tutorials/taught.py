"""For how many files of the corpus the pages run each name, keyword and base class of Haiku in it.

    uv run python tests/tutorials/taught.py [FOLDER...]

prints the share by repository, and what is missing with the number of files that lack it. Folders
are counted in place of the corpus: checkouts of other repositories.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, reduce
from operator import or_
from pathlib import Path
from typing import NamedTuple

from answers import lessons
from uses import NOTHING, Uses, below, corpus, uses

from publishing.read.cells import Cell
from publishing.read.diagnostic import join


class Share(NamedTuple):
    """How many files, and how many of them use nothing that no page runs."""

    covered: int
    files: int

    def __str__(self) -> str:
        return f"{self.covered} of {self.files} ({self.covered / self.files:.1%})"


def running(cells: Iterable[Cell]) -> Uses:
    """What readers see cells run, so not hidden cells, checks and cells that fail on purpose."""
    seen = (cell for cell in cells if not ("hidden" in cell.tags or cell.check or cell.raises))
    return uses("\n".join(join(cell.lines) for cell in seen))


@cache
def shown() -> dict[str, Uses]:
    """By page, what its cells run, with snippets that they import and solutions of exercises."""
    return {name: running(lesson.solved.code) for name, lesson in lessons().items()}


def taught() -> Uses:
    """What all pages together run."""
    return reduce(or_, shown().values(), NOTHING)


def share(files: Iterable[Uses], known: Uses) -> Share:
    """How many of the files use only what is known."""
    lacking = [bool(used.missing(known)) for used in files]
    return Share(lacking.count(False), len(lacking))


def lacks(files: Iterable[Uses], known: Uses) -> Counter[str]:
    """What the files use that is not known, by the number of files."""
    return Counter(missing for used in files for missing in used.missing(known))


def table(repositories: Mapping[str, Mapping[str, Uses]], known: Uses) -> str:
    """The shares by repository, the share of all files, and what is missing."""
    files = [used for repository in repositories.values() for used in repository.values()]
    rows = [
        f"{share(used.values(), known)!s:>20}  {name}"
        for name, used in repositories.items()
        if used
    ]
    missing = [f"{count:>20}  {name}" for name, count in lacks(files, known).most_common()]
    return "\n".join(
        [
            *rows,
            f"{share(files, known)!s:>20}  in all",
            "",
            "missing, with the files that use it:",
            *missing,
        ]
    )


if __name__ == "__main__":
    folders = {folder: below(Path(folder)) for folder in sys.argv[1:]}
    print(table(folders or corpus(), taught()))
