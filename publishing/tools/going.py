"""Runs that go on behind a cell that fails."""

import re
from typing import Any

from publishing.assemble.snippets import names_in
from publishing.assemble.variants import Variant
from publishing.run.failure import Failure, keep_going, merge
from publishing.run.notebook import Run, execute
from publishing.settings import Settings

_UNBOUND = re.compile(r"NameError: name '(\w+)' is not defined")


async def execute_all(variant: Variant, settings: Settings, **options: Any) -> Run:
    """As `execute`, but the Failure that it raises has those of all cells."""
    run, failures = await run_on(variant, settings, **options)
    if failures:
        raise merge(failures)
    return run


async def run_on(
    variant: Variant, settings: Settings, **options: Any
) -> tuple[Run | None, list[Failure]]:
    """What a run gave, None if something ended it early, and the failures of its cells.

    Behind the first of them, that a name is missing which a cell binds only follows.
    """
    run = None
    with keep_going() as failures:
        try:
            run = await execute(variant, settings, **options)
        except Failure as failure:
            failures.append(failure)
    bound = {name.name for cell in variant.python for name in names_in(cell.lines) if name.binds}
    missing = [_UNBOUND.search(failure.headline) for failure in failures]
    follows = [bool(match) and match[1] in bound for match in missing]
    pairs = enumerate(zip(failures, follows, strict=True))
    return run, [failure for place, (failure, follow) in pairs if place == 0 or not follow]
