"""The build report: on what, when and how long each tutorial ran, and with which versions it passes."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
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

def row(lesson: Lesson) -> dict[str, Any]:
    """What the report says of a tutorial; `state` is `run` if this build ran it, `kept` if it had its record."""
    variant, record = lesson.solved, lesson.record
    outputs = zip(variant.code, record.run.outputs, strict=True)
    return {
        "tutorial": lesson.name,
        "title": variant.tutorial.title,
        "state": "run" if lesson.new else "kept",
        "device": record.run.device["kind"],
        "executed_at": record.executed_at,
        "seconds": record.seconds,
        "slowest": _slowest(lesson),
        "cells": len(variant.code),
        "exercises": sum(cell.exercise is not None for cell in variant.code),
        "figures": sum("hidden" not in cell.tags and any(map(is_figure, its)) for cell, its in outputs),
        "python": record.key.python,
        "versions": record.key.versions,
    }


def table(lessons: Sequence[Lesson], link: Callable[[str], str]) -> str:
    """The Markdown of the report: a sentence and the table; `link` tells where the page of a tutorial is."""
    if not lessons:
        return "There are no tutorials yet."
    seconds, new = sum(lesson.record.seconds for lesson in lessons), sum(lesson.new for lesson in lessons)
    lines = "\n".join(_line(row(lesson), link(lesson.name)) for lesson in lessons)
    return (
        f"{len(lessons)} tutorials took {seconds:.0f} s together. "
        f"This build ran {new} of them and kept {len(lessons) - new} records of earlier runs.\n\n{_TABLE}{lines}\n"
    )


def as_json(lessons: Sequence[Lesson], folder: Path) -> str:
    """The report for programs, with what the runs with several versions left in a folder."""
    content = {"tutorials": list(map(row, lessons)), "versions": outcomes(folder)}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _slowest(lesson: Lesson) -> dict[str, Any]:
    """The slowest code cell: its id in the notebooks, its time, its heading, and whether the page shows it."""
    variant, record = lesson.solved, lesson.record
    cell = variant.code[record.slowest]
    index = next(index for index, other in enumerate(variant.cells) if other is cell)
    prose = "\n".join(join(before.lines) for before in variant.cells[:index] if not before.code)
    headings = [match["heading"] for match in _HEADING.finditer(prose) if match["heading"]]
    return {
        "id": variant.id(cell),
        "seconds": record.run.seconds[record.slowest],
        "heading": _MARKDOWN_LINK.sub(r"\1", headings[-1]).strip(),
        "shown": "hidden" not in cell.tags,
    }


def _line(one: dict[str, Any], page: str) -> str:
    slowest = one["slowest"]
    return _table_row(
        f"[{one['title']}]({page})",
        one["state"],
        one["device"],
        one["executed_at"][:16].replace("T", " "),
        f"{one['seconds']:.1f} s",
        f"[{slowest['seconds']:.1f} s]({page}{'#slowest' * slowest['shown']}), {slowest['heading']}",
        *(str(one[count]) for count in ("cells", "exercises", "figures")),
    )


def _table_row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def outcomes(folder: Path) -> dict[str, dict[str, Any] | None]:
    """What each run with several versions gave, from `<run>.json` as `tutorials list --json` writes it.

    It has the last day of the run, Python, packages, and whether each tutorial passed; None for a run without a file.

    Raises:
      SourceError: for a file that the command did not write.
    """
    return {name: _outcome(path) if (path := folder / f"{name}.json").exists() else None for name in RUNS}


def _outcome(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = content["tutorials"]
        days = [row["executed_at"][:10] for row in rows if row["state"] == "ran"]
        return {
            "day": max(days, default="nothing ran"),
            "python": content["python"],
            "packages": {package: version for row in rows for package, version in row["versions"].items()},
            "passed": {row["tutorial"]: row["state"] == "ran" for row in rows},
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        message = "is not what `tutorials list --json` writes; remove the file, or write it again."
        raise SourceError(Problem(path, 1, message)) from None


def versions(lessons: Sequence[Lesson], link: Callable[[str], str], routes: Routes) -> str:
    """The Markdown of the table of versions: a line for each tutorial, a column for each run."""
    runs = outcomes(routes.settings.versions)
    if not any(runs.values()):
        return "No run with several versions has finished yet."
    head = ["Tutorial", *(_head(name, outcome, routes.site.labels) for name, outcome in runs.items())]
    lines = [_table_row(*head), _table_row(*["---"] * len(head))]
    for lesson in lessons:
        marks = (_mark(lesson.name, outcome) for outcome in runs.values())
        lines.append(_table_row(f"[{lesson.solved.tutorial.title}]({link(lesson.name)})", *marks))
    return "\n".join(lines) + "\n"


def _head(name: str, outcome: dict[str, Any] | None, labels: Mapping[str, str]) -> str:
    if outcome is None:
        return name
    packages = outcome["packages"]
    known = [f"{label} {packages[package]}" for package, label in labels.items() if package in packages]
    return "<br>".join([name, *known, f"Python {outcome['python']}", outcome["day"]])


def _mark(tutorial: str, outcome: dict[str, Any] | None) -> str:
    """A word beside the sign: neither colour nor shape has to be seen."""
    if outcome is None:
        return "no result"
    return {True: "✓ passes", False: "✗ fails", None: "not in this run"}[outcome["passed"].get(tutorial)]
