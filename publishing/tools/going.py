"""Runs that go on behind a cell that fails, and runs that a person waits for."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from publishing.assemble.snippets import names_in
from publishing.assemble.variants import Variant
from publishing.run.data import execute
from publishing.run.failure import Failure
from publishing.run.notebook import Run
from publishing.run.progress import Progress
from publishing.settings import Settings


async def run_on(
    variant: Variant, settings: Settings, **options: Any
) -> tuple[Run | None, list[Failure]]:
    """What a run gave, and the failures of its cells; None, and last what ended it early.

    Behind the first of them, that a name is missing which a cell binds only follows.
    """
    run, failures, last = None, [], []
    try:
        run = await execute(variant, settings, failures=failures, **options)
    except Failure as failure:
        last = [failure]
    bound = {name.name for cell in variant.python for name in names_in(cell.lines) if name.binds}
    follows = tuple(f"NameError: name '{name}' is not defined" for name in bound)
    others = (failure for failure in failures[1:] if not failure.headline.endswith(follows))
    return run, [*failures[:1], *others, *last]


def watched[T](what: str, run: Callable[..., Coroutine[Any, Any, T]], *arguments: Any) -> T:
    """What a run of one tutorial gives, while a person sees which cell it has come to."""
    with Progress() as live:
        live.say(f"{what} ...")
        live.begin({what: 1.0})
        return asyncio.run(run(*arguments, on_cell=partial(live.cell, what)))
