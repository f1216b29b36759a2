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


async def execute_all(variant: Variant, settings: Settings, **options: Any) -> Run:
    """As `execute`, but the Failure that it raises has those of all cells."""
    run, failures = await run_on(variant, settings, **options)
    if failures:
        first, *others = failures
        raise Failure(first.line, first.headline, "\n\n".join([first.details, *map(str, others)]))
    return run


async def run_on(
    variant: Variant,
    settings: Settings,
    lacking: Collection[str] = (),
    on_cell: Any = lambda done, cells: None,
    **options: Any,
) -> tuple[Run | None, list[Failure]]:
    """What a run gave, None if something ended it early, and the failures of its cells.

    A cell that uses a name which a cell that failed should have bound, or one that is `lacking`,
    may fail for that reason alone: its failure is left out.
    """
    origins: list[Cell] = []  # of each failure

    def count(done: int, cells: int) -> None:
        origins.extend(variant.code[done - 1 : done] * (len(failures) - len(origins)))
        on_cell(done, cells)

    run = None
    with keep_going() as failures:
        try:
            run = await execute(variant, settings, on_cell=count, **options)
        except Failure as failure:
            failures.append(failure)
            origin = next((cell for cell in variant.cells if _is_of(failure.line, cell)), None)
            origins += [origin or variant.code[0]] * (len(failures) - len(origins))
    missing, causes = set(lacking), []
    for failure, cell in zip(failures, origins, strict=True):
        if not _used(cell, failure.line) & missing:
            causes.append(failure)
        missing |= _unbound(cell, failure.line)
    return run, causes


def _is_of(line: Line, cell: Cell) -> bool:
    """Whether a line is one of a cell's, its marker line included."""
    return line in cell.lines or (line.path, line.number) == (cell.path, cell.number)


def _used(cell: Cell, line: Line) -> set[str]:
    """The global names that a cell uses; of prose, the words of the line."""
    if not cell.code:
        return set(re.findall(r"\w+", line.text))
    nodes = parse(cell.lines).body if cell.is_python else []
    return {name.name for node in nodes for name in names(node) if not name.binds}


def _unbound(cell: Cell, line: Line) -> set[str]:
    """The global names that the statements of a cell bind from a line of it on."""
    nodes = parse(cell.lines).body if cell.is_python else []
    first = cell.lines.index(line) + 1 if line in cell.lines else 1
    behind = (node for node in nodes if node.end_lineno >= first)
    return {name.name for node in behind for name in names(node) if name.binds}
