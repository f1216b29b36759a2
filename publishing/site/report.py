"""The build report: on what, when and how long each tutorial ran, and with which versions it passes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from publishing.read.problem import Problem, SourceError, join
from publishing.run.schedule import Lesson
from publishing.site.figures import is_figure
from publishing.site.links import Routes

RUNS = ("pinned", "newest", "lowest")

_HEADING = re.compile(r"^(`{3,}|~{3,}).*?^\1|^#+ (?P<heading>[^\n]*)", re.MULTILINE | re.DOTALL)
_MARKDOWN_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_TABLE = """\
| Tutorial | State | Device | When (UTC) | Time | Slowest cell | Cells | Exercises | Figures |
|---|---|---|---|--:|---|--:|--:|--:|
"""


@dataclass(frozen=True)
class Slowest:
    """The code cell that took longest: its id in the notebooks, its time, and the heading that it stands under."""

    id: str
    seconds: float
    heading: str
    shown: bool


@dataclass(frozen=True)
class Row:
    """What the report says of a tutorial; `state` is `run` if this build ran it, `kept` if it had its record."""

    tutorial: str
    title: str
    state: str
    device: str
    executed_at: str
    seconds: float
    slowest: Slowest
    cells: int
    exercises: int
    figures: int
    python: str
    versions: dict[str, str]


def row(lesson: Lesson) -> Row:
    """What the report says of a tutorial with a record, from that record and its notebook."""
    variant, record = lesson.solved, lesson.record
    outputs = zip(variant.code, record.run.outputs, strict=True)
    return Row(
        tutorial=lesson.name,
        title=variant.tutorial.title,
        state="run" if lesson.new else "kept",
        device=record.run.device["kind"],
        executed_at=record.executed_at,
        seconds=record.seconds,
        slowest=_slowest(lesson),
        cells=len(variant.code),
        exercises=sum(cell.exercise is not None for cell in variant.code),
        figures=sum("hidden" not in cell.tags and any(map(is_figure, shown)) for cell, shown in outputs),
        python=record.key.python,
        versions=record.key.versions,
    )


def table(lessons: Sequence[Lesson], link: Callable[[str], str]) -> str:
    """The Markdown of the report: a sentence and the table.

    Args:
      lessons: the tutorials with their records, in the order of the course.
      link: where the page of a tutorial of this name is.
    """
    rows = list(map(row, lessons))
    if not rows:
        return "There are no tutorials yet."
    new = sum(one.state == "run" for one in rows)
    lines = "\n".join(_line(one, link(one.tutorial)) for one in rows)
    return (
        f"{len(rows)} tutorials took {sum(one.seconds for one in rows):.0f} s together. "
        f"This build ran {new} of them and kept {len(rows) - new} records of earlier runs.\n\n{_TABLE}{lines}\n"
    )


def as_json(lessons: Sequence[Lesson], folder: Path) -> str:
    """The report for programs.

    Args:
      lessons: the tutorials with their records, in the order of the course.
      folder: holds what the runs with several versions gave.
    """
    versions = {name: outcome and asdict(outcome) for name, outcome in outcomes(folder).items()}
    content = {"tutorials": [asdict(row(lesson)) for lesson in lessons], "versions": versions}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _slowest(lesson: Lesson) -> Slowest:
    """The slowest cell; it has an anchor on the page, `#slowest`, unless it is hidden there."""
    variant, record = lesson.solved, lesson.record
    cell = variant.code[record.slowest]
    index = next(index for index, other in enumerate(variant.cells) if other is cell)
    prose = "\n".join(join(before.lines) for before in variant.cells[:index] if not before.code)
    headings = [match["heading"] for match in _HEADING.finditer(prose) if match["heading"]]
    heading = _MARKDOWN_LINK.sub(r"\1", headings[-1]).strip()
    return Slowest(variant.id(cell), record.run.seconds[record.slowest], heading, "hidden" not in cell.tags)


def _line(one: Row, page: str) -> str:
    slowest = f"[{one.slowest.seconds:.1f} s]({page}{'#slowest' * one.slowest.shown})"
    cells = (
        f"[{one.title}]({page})",
        one.state,
        one.device,
        one.executed_at[:16].replace("T", " "),
        f"{one.seconds:.1f} s",
        f"{slowest}, {one.slowest.heading}",
        *map(str, (one.cells, one.exercises, one.figures)),
    )
    return _table_row(cells)


def _table_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


@dataclass(frozen=True)
class Outcome:
    """What a run with some versions gave: its last day, Python, packages, and whether each tutorial passed."""

    day: str
    python: str
    packages: dict[str, str]
    passed: dict[str, bool]


def outcomes(folder: Path) -> dict[str, Outcome | None]:
    """What each run with several versions gave; None for a run that left nothing.

    Args:
      folder: holds `<run>.json`, as `tutorials list --json` writes it after a run.

    Raises:
      SourceError: for a file that is nothing of the kind.
    """
    return {name: _outcome(path) if (path := folder / f"{name}.json").exists() else None for name in RUNS}


def versions(lessons: Sequence[Lesson], link: Callable[[str], str], routes: Routes) -> str:
    """The Markdown of the table of versions: a line for each tutorial, a column for each run.

    Args:
      lessons: the tutorials, in the order of the course.
      link: where the page of a tutorial of this name is.
      routes: where the outcomes of the runs lie, and the labels of packages.
    """
    found = outcomes(routes.settings.versions)
    if not any(found.values()):
        return "No run with several versions has finished yet."
    head = ["Tutorial", *(_head(name, outcome, routes) for name, outcome in found.items())]
    lines = [_table_row(head), _table_row(["---"] * len(head))]
    for lesson in lessons:
        marks = (_mark(lesson.name, outcome) for outcome in found.values())
        lines.append(_table_row([f"[{lesson.solved.tutorial.title}]({link(lesson.name)})", *marks]))
    return "\n".join(lines) + "\n"


def _head(name: str, outcome: Outcome | None, routes: Routes) -> str:
    if outcome is None:
        return name
    packages = outcome.packages
    known = [f"{label} {packages[package]}" for package, label in routes.site.labels.items() if package in packages]
    return "<br>".join([name, *known, f"Python {outcome.python}", outcome.day])


def _mark(tutorial: str, outcome: Outcome | None) -> str:
    """A word beside the sign: neither colour nor shape has to be seen."""
    if outcome is None:
        return "no result"
    return {True: "✓ passes", False: "✗ fails", None: "not in this run"}[outcome.passed.get(tutorial)]


def _outcome(path: Path) -> Outcome:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        rows = content["tutorials"]
        days = [row["executed_at"][:10] for row in rows if row["state"] == "ran"]
        packages = {package: version for row in rows for package, version in row["versions"].items()}
        passed = {row["tutorial"]: row["state"] == "ran" for row in rows}
        return Outcome(max(days, default="nothing ran"), content["python"], packages, passed)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        message = "is not what `tutorials list --json` writes; remove the file, or write it again."
        raise SourceError(Problem(path, 1, message)) from None
