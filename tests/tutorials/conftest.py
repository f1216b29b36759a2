import asyncio
import fcntl
from functools import cache

import pytest
from answers import SETTINGS, exercises, kept, variants

from publishing.execution import Verdicts, execute
from publishing.keys import key
from publishing.records import Store, record_now


@cache
def verdicts_on(tutorial: str) -> Verdicts:
    """What the checks of a tutorial say of its stubs and of every kept answer; from a record where one stands."""
    store = Store(SETTINGS.records)
    answers = {
        exercise: kept("wrong", exercise) | kept("right", exercise)
        for exercise, owner in exercises().items()
        if owner == tutorial
    }
    its_key = key(variants()[tutorial], answers)
    SETTINGS.records.mkdir(parents=True, exist_ok=True)
    with (SETTINGS.records / f"{tutorial.replace('/', '-')}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another worker may be at it
        record = store.find(its_key)
        if record is None:
            run = asyncio.run(execute(variants()[tutorial], SETTINGS, answers))
            record = record_now(tutorial, its_key, run)
            store.keep(record)
    return record.run.verdicts


@pytest.fixture
def verdicts(exercise: str) -> dict[str, dict[str, str | None]]:
    """The verdicts on the answers to an exercise, by description."""
    return verdicts_on(exercises()[exercise])[exercise]
