"""Verdicts on answers, a file for each page: what an answer and its check raised, by a digest.

So an added answer costs its own trial, and a changed check those of its exercise. A page runs once
for all that lack.
"""

import asyncio
import fcntl
import hashlib
import json
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from publishing.assemble.variants import Variant
from publishing.run.data import execute
from publishing.run.notebook import Grades, Run
from publishing.run.record import UNUSED, atomic_write
from publishing.settings import Settings


@dataclass(frozen=True)
class Trial:
    """An answer to an exercise, with digests of what its verdict and what a refusal depends on."""

    exercise: str
    description: str
    source: str
    digest: str
    refusal: str
    needs: frozenset[tuple[int, int]] = frozenset()  # of its page: cells and statements in them


def unseen(what: str, run: Callable[[], Coroutine[Any, Any, Run]]) -> Run:
    """What a run gives, which nobody watches."""
    return asyncio.run(run())


def verdicts(
    page: str,
    trials: list[Trial],
    gradable: Callable[[list[Trial]], Variant],
    settings: Settings,
    watch: Callable[[str, Callable], Run] = unseen,
) -> Grades:
    """What each answer and its check raised, by exercise and description.

    The page runs for those not yet known.

    Args:
      page: the name of the tutorial.
      trials: the answers to its exercises.
      gradable: gives what must run for trials.
      settings: where verdicts are kept, and limits: a trial may take as long as a cell.
      watch: runs what it is given, and says to whom waits what it is.
    """
    path = settings.verdicts / f"{page.replace('/', '-')}.json"
    with _locked(path.with_suffix(".lock")):
        known = read_verdicts(path)
        lacking = [trial for trial in trials if not known.keys() & {trial.digest, trial.refusal}]
        if lacking:
            answers: dict[str, dict[str, str]] = {}
            for trial in lacking:
                answers.setdefault(trial.exercise, {})[trial.description] = trial.source
            most = max(map(len, answers.values()))  # which are tried in one go
            limits = replace(settings, timeout=settings.timeout * most)
            run = partial(execute, gradable(lacking), limits, answers)
            fresh = watch(f"Trying the answers to {page}", run).grades
            for trial in lacking:
                grade = fresh[trial.exercise][trial.description]
                refused = (grade["check"] or "").startswith("AssertionError")
                known[trial.refusal if refused else trial.digest] = grade
            _write(
                path, known, {name for trial in trials for name in (trial.digest, trial.refusal)}
            )
    results: Grades = {}
    for trial in trials:
        verdict = known[trial.digest if trial.digest in known else trial.refusal]
        results.setdefault(trial.exercise, {})[trial.description] = verdict
    return results


def digest(*parts: object) -> str:
    """A digest of what JSON can hold."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def read_verdicts(path: Path) -> dict[str, dict]:
    """The verdicts in a file by digest; none if it is absent or not as it was written."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        content = json.loads(path.read_bytes())
        if content["sha256"] == digest(content["verdicts"]):
            return content["verdicts"]
    return {}


def write_verdicts(path: Path, verdicts: dict[str, dict]) -> None:
    """Write verdicts with their checksum."""
    content = {"sha256": digest(verdicts), "verdicts": verdicts}
    atomic_write(path, json.dumps(content).encode())


def _write(path: Path, known: Mapping[str, dict], used: set[str]) -> None:
    """Keep verdicts, but none that names a line of the page or that was not asked for in long."""
    now = int(time.time())
    dated = {
        name: verdict | ({"used": now} if name in used else {}) for name, verdict in known.items()
    }
    kept = {
        name: verdict
        for name, verdict in dated.items()
        if verdict["used"] > now - UNUSED and not (verdict["check"] or "").startswith("RestOfPage")
    }
    write_verdicts(path, kept)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Only one process at a time; a lock ends with the process that holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
