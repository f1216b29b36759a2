"""The build report: on what, when and how long each tutorial ran, and with which versions it passes."""

import json
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from publishing.read.diagnostic import Diagnostic, SourceError, counted, join
from publishing.read.prose import headings
from publishing.run.lesson import Lesson
from publishing.site.figures import is_figure
from publishing.site.links import Routes

RUNS = ("pinned", "newest", "lowest")

# A word beside the sign: neither colour nor shape has to be seen.
_MARKS = {True: "✓ passes", False: "✗ fails", None: "not in this run"}
_TABLE = """\
| Tutorial | State | Device | When (UTC) | Time | Slowest cell | Cells | Exercises | Figures |
|---|---|---|---|--:|---|--:|--:|--:|
"""


def row(lesson: Lesson) -> dict[str, Any]:
    """What the report says of a tutorial; `state` is `run` if this build ran it, `kept` if it had its record.

    That of one that has yet to run is `pending`, and nothing took longest.
    """
    if not lesson.executed_at:
        return lesson.known(_row) | {"state": "pending"}
    return lesson.known(_row) | {"state": "run" if lesson.new else "kept"}


def _row(lesson: Lesson) -> dict[str, Any]:
    variant, record = lesson.solved, lesson.record
    outputs = zip(variant.code, record.run.outputs, strict=True)
    return {
        "tutorial": lesson.name,
        "title": variant.tutorial.title,
        "state": "",
        "device": record.run.device.get("kind", ""),
        "executed_at": record.executed_at,
        "seconds": record.seconds,
        "slowest": _slowest(lesson) if record.executed_at else None,
        "cells": len(variant.code),
        "exercises": sum(cell.exercise is not None for cell in variant.code),
        "figures": sum(
            1 if "frames" in cell.tags else sum(map(is_figure, its))
            for cell, its in outputs
            if "hidden" not in cell.tags
        ),
        "python": record.key.python,
        "versions": record.key.versions,
    }


def _slowest(lesson: Lesson) -> dict[str, Any]:
    """Which code cell took longest, for how long, below which heading, and whether the page shows it."""
    variant, record = lesson.solved, lesson.record
    slowest = variant.code[record.slowest]
    prose = "\n\n".join(
        join(cell.lines) for cell in variant.cells[: variant.cells.index(slowest)] if not cell.code
    )
    return {
        "id": variant.id(slowest),
        "seconds": record.run.seconds[record.slowest],
        "heading": headings(prose)[-1],
        "shown": "hidden" not in slowest.tags,
    }


def table(lessons: Sequence[Lesson], link: Callable[[str], str]) -> str:
    """The Markdown of the report: a sentence and the table; `link` tells where the page of a tutorial is."""
    if not lessons:
        return "There are no tutorials yet."
    rows = list(map(row, lessons))
    new, pending = (sum(its["state"] == state for its in rows) for state in ("run", "pending"))
    seconds = sum(its["seconds"] for its in rows)
    kept = counted(len(lessons) - new - pending, "record")
    lines = [
        f"{counted(len(lessons), 'tutorial')} took {seconds:.0f} s together. "
        f"This build ran {new} of them and kept {kept} of earlier runs"
        f"{f'; {pending} yet to run' if pending else ''}.\n\n{_TABLE}"
    ]
    for its in rows:
        page = link(its["tutorial"])
        device, when, slowest = (
            escape(its["device"]),
            its["executed_at"][:16].replace("T", " "),
            its["slowest"],
        )
        where = ""
        if slowest:
            anchor = "#slowest" if slowest["shown"] else ""
            where = f"[{slowest['seconds']:.1f} s]({page}{anchor}), {slowest['heading']}"
        cells = [
            f"[{its['title']}]({page})",
            its["state"],
            device,
            when,
            f"{its['seconds']:.1f} s",
            where,
        ]
        lines.append(
            _line(*cells, *(str(its[count]) for count in ("cells", "exercises", "figures")))
        )
    return "".join(lines)


def as_json(lessons: Sequence[Lesson], folder: Path) -> str:
    """The report for programs, with what the runs with several versions left in a folder."""
    return (
        json.dumps({"tutorials": list(map(row, lessons)), "versions": outcomes(folder)}, indent=2)
        + "\n"
    )


def outcomes(folder: Path) -> dict[str, dict[str, Any] | None]:
    """What each run with several versions gave, as `tutorials list --json` wrote it; None for one without a file."""
    runs = dict.fromkeys(RUNS)
    for path in filter(Path.exists, (folder / f"{name}.json" for name in RUNS)):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            rows = content["tutorials"]
            runs[path.stem] = {
                "day": max(
                    (row["executed_at"][:10] for row in rows if row["state"] == "ran"),
                    default="nothing ran",
                ),
                "python": content["python"],
                "packages": {
                    package: version for row in rows for package, version in row["versions"].items()
                },
                "passed": {row["tutorial"]: row["state"] == "ran" for row in rows},
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            message = (
                "is not what `tutorials list --json` writes; remove the file, or write it again."
            )
            raise SourceError(Diagnostic(path, 1, message)) from None
    return runs


def versions(lessons: Sequence[Lesson], link: Callable[[str], str], routes: Routes) -> str:
    """The Markdown of the table of versions: a line for each tutorial, a column for each run; empty without any run."""
    runs = outcomes(routes.settings.versions)
    if not any(runs.values()):
        return ""
    head = ["Tutorial"]
    for name, run in runs.items():
        labels = routes.site.labels.items() if run else []
        known = [
            f"{label} {run['packages'][package]}"
            for package, label in labels
            if package in run["packages"]
        ]
        head.append(
            "<br>".join([name, *known, f"Python {run['python']}", run["day"]] if run else [name])
        )
    lines = [_line(*head), _line(*["---"] * len(head))]
    for lesson in lessons:
        marks = [
            _MARKS[run["passed"].get(lesson.name)] if run else "no result" for run in runs.values()
        ]
        lines.append(_line(f"[{lesson.tutorial.title}]({link(lesson.name)})", *marks))
    return "".join(lines)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
