"""Runs that go on behind a cell that fails."""

import re
from collections.abc import Collection
from typing import Any

from publishing.assemble.snippets import names, parse
from publishing.assemble.variants import Variant
from publishing.read.cells import Cell
from publishing.read.diagnostic import Line
from publishing.run.failure import Failure, keep_going
from publishing.run.notebook import Run, execute
from publishing.settings import Settings

_LACKS = re.compile(r"NameError: name '(\w+)' is not defined")


async def execute_on(variant: Variant, settings: Settings, **more: Any) -> Run:
    """As `execute`; the Failure that it raises has those of all cells."""
    run, failures = await tried(variant, settings, **more)
    if failures:
        first, *others = failures
        raise Failure(first.line, first.headline, "\n\n".join([first.details, *map(str, others)]))
    return run


async def tried(
    variant: Variant,
    settings: Settings,
    lacking: Collection[str] = (),
    *,
    sure: bool = False,
    **more: Any,
) -> tuple[Run | None, list[Failure]]:
    """What a run gave, unless it could not go on, and the failures of its cells.

    Left out are cells that only lack a name which a cell that failed would have bound, or that is `lacking` anyway;
    with `sure`, also all after a cell of the first kind: what fails there may not fail once the names are there.
    """
    run = None
    with keep_going() as failures:
        try:
            run = await execute(variant, settings, **more)
        except Failure as last:
            failures.append(last)
    missing: set[str] = set()
    causes = []
    for failure in failures:
        cell = cell_of(variant, failure.line)
        lacks = _LACKS.fullmatch(failure.headline)
        if lacks and lacks[1] in missing and sure:
            break
        if not (lacks and lacks[1] in missing.union(lacking)):
            causes.append(failure)
        missing |= bound(cell) if cell and cell.is_python else set()
    return run, causes


def cell_of(variant: Variant, line: Line) -> Cell | None:
    """The code cell that a line is of, its marker line included."""
    own = (
        cell
        for cell in reversed(variant.code)
        if (cell.path, True) == (line.path, cell.number <= line.number)
    )
    return next((cell for cell in variant.code if line in cell.lines), None) or next(own, None)


def bound(cell: Cell) -> set[str]:
    """The global names that a cell binds."""
    return {name.name for node in parse(cell.lines).body for name in names(node) if name.binds}
