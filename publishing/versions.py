"""Which tutorials pass with the pinned, the newest and the lowest versions, as CI's runs with them said."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from publishing.building import Job
from publishing.source import Problem, SourceError

RUNS = ("pinned", "newest", "lowest")
FOLDER = ".cache/versions"
_NONE = "No run with several versions has finished yet."


@dataclass(frozen=True)
class Outcome:
    """What a run with some versions gave: its last day, Python, packages, and whether each tutorial passed."""

    day: str
    python: str
    packages: dict[str, str]
    passed: dict[str, bool]


def outcomes(folder: Path) -> dict[str, Outcome | None]:
    """What each run gave; None for a run that left nothing.

    Args:
      folder: holds `<run>.json`, as `tutorials list --json` writes it after a run.

    Raises:
      SourceError: for a file that is nothing of the kind.
    """
    return {name: _read(path) if (path := folder / f"{name}.json").exists() else None for name in RUNS}


def table(jobs: Sequence[Job], link: Callable[[str], str], found: Mapping[str, Outcome | None]) -> str:
    """The Markdown of the table: a line for each tutorial, a column for each run.

    Args:
      jobs: the tutorials, in the order of the course.
      link: where the page of a tutorial of this name is.
      found: the runs.
    """
    if not any(found.values()):
        return _NONE
    head = ["Tutorial", *(_head(name, outcome) for name, outcome in found.items())]
    lines = [head, ["---"] * len(head)]
    for job in jobs:
        title = job.variant.tutorial.title.replace("|", "\\|")
        lines.append([f"[{title}]({link(job.name)})", *(_mark(job.name, outcome) for outcome in found.values())])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def _head(name: str, outcome: Outcome | None) -> str:
    if outcome is None:
        return name
    labels = (("jax", "JAX"), ("dm-haiku", "Haiku"))
    known = [f"{label} {outcome.packages[package]}" for package, label in labels if package in outcome.packages]
    return "<br>".join([name, *known, f"Python {outcome.python}", outcome.day])


def _mark(tutorial: str, outcome: Outcome | None) -> str:
    """A word beside the sign: neither colour nor shape has to be seen."""
    if outcome is None:
        return "no result"
    return {True: "✓ passes", False: "✗ fails", None: "not in this run"}[outcome.passed.get(tutorial)]


def _read(path: Path) -> Outcome:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = content["tutorials"]
        days = [row["executed_at"][:10] for row in rows if row["state"] == "ran"]
        packages = {package: version for row in rows for package, version in row["versions"].items()}
        passed = {row["tutorial"]: row["state"] == "ran" for row in rows}
        return Outcome(max(days, default="nothing ran"), content["python"], packages, passed)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        message = "is not what `tutorials list --json` writes; remove the file, or write it anew."
        raise SourceError(Problem(path, 1, message)) from None
