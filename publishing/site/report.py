"""The build report: on what, when and how long each tutorial ran, with which versions it passes."""

import json
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from publishing.read.diagnostic import Diagnostic, SourceError, counted
from publishing.run.lesson import Lesson
from publishing.site.figures import is_figure
from publishing.site.links import Routes
from publishing.site.summary import labelled, last_heading

RUNS = ("pinned", "newest", "lowest")

# A word beside the sign: neither colour nor shape has to be seen.
_MARKS = {True: "✓ passes", False: "✗ fails", None: "not in this run"}
_TABLE = """\
| Tutorial | State | Device | When (UTC) | Time | Slowest cell | Cells | Exercises | Figures |
|---|---|---|---|--:|---|--:|--:|--:|
"""


def row(lesson: Lesson) -> dict[str, Any]:
    """What report.json says of a tutorial.

    `state` is `run` if this build ran it, `kept` if it had its record, `pending` if it has neither.
    """
    variant, record = lesson.solved, lesson.record
    state = "pending" if record.pending else "run" if lesson.new else "kept"
    visible = [
        (cell, outputs)
        for cell, outputs in zip(variant.code, record.run.outputs, strict=True)
        if "hidden" not in cell.tags
    ]
    figures = [
        1 if "frames" in cell.tags else sum(map(is_figure, outputs)) for cell, outputs in visible
    ]
    return {
        "tutorial": lesson.name,
        "title": variant.tutorial.title,
        "state": state,
        "device": record.run.device["kind"],
        "executed_at": record.executed_at,
        "seconds": record.seconds,
        "slowest": None if record.pending else _slowest(lesson),
        "cells": len(variant.code),
        "exercises": sum(cell.exercise is not None for cell in variant.code),
        "figures": sum(figures),
        "python": record.key.python,
        "versions": record.key.versions,
    }


def _slowest(lesson: Lesson) -> dict[str, Any]:
    """Which cell took longest, for how long, below which heading, and whether the page shows it."""
    variant, record = lesson.solved, lesson.record
    slowest = variant.code[record.slowest]
    return {
        "id": variant.id(slowest),
        "seconds": record.run.seconds[record.slowest],
        "heading": last_heading(variant.cells[: variant.cells.index(slowest)]),
        "shown": "hidden" not in slowest.tags,
    }


def table(lessons: Sequence[Lesson], link: Callable[[str], str]) -> str:
    """The Markdown of the report; `link` tells where the page of a tutorial is."""
    if not lessons:
        return "There are no tutorials yet."
    rows = list(map(row, lessons))
    states = [each["state"] for each in rows]
    pending = f"; {states.count('pending')} yet to run" if "pending" in states else ""
    kept = counted(states.count("kept"), "record")
    seconds = sum(each["seconds"] for each in rows)
    together = f"{counted(len(rows), 'tutorial')} took {seconds:.0f} s together."
    ran = f"This build ran {states.count('run')} of them and kept {kept} of earlier runs{pending}."
    return f"{together} {ran}\n\n{_TABLE}{''.join(_table_row(each, link) for each in rows)}"


def _table_row(row: dict[str, Any], link: Callable[[str], str]) -> str:
    page, slowest, where = link(row["tutorial"]), row["slowest"], ""
    if slowest:
        anchor = "#slowest" if slowest["shown"] else ""
        where = f"[{slowest['seconds']:.1f} s]({page}{anchor}), {slowest['heading']}"
    when = row["executed_at"][:16].replace("T", " ")
    run = (row["state"], escape(row["device"]), when, f"{row['seconds']:.1f} s", where)
    counts = (str(row[name]) for name in ("cells", "exercises", "figures"))
    return table_line(f"[{row['title']}]({page})", *run, *counts)


def table_line(*cells: str) -> str:
    """A line of a table in Markdown."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def as_json(lessons: Sequence[Lesson], folder: Path) -> str:
    """The report for programs, with what the runs with several versions left in a folder."""
    content = {"tutorials": list(map(row, lessons)), "versions": outcomes(folder)}
    return json.dumps(content, indent=2) + "\n"


def outcomes(folder: Path) -> dict[str, dict[str, Any] | None]:
    """What `tutorials list --json` wrote after each run with several versions; None for no file."""
    paths = {name: folder / f"{name}.json" for name in RUNS}
    return {name: _outcome(path) if path.exists() else None for name, path in paths.items()}


def _outcome(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = content["tutorials"]
        days = [row["executed_at"][:10] for row in rows if row["state"] == "ran"]
        return {
            "day": max(days, default="nothing ran"),
            "python": content["python"],
            "packages": {name: known for row in rows for name, known in row["versions"].items()},
            "passed": {row["tutorial"]: row["state"] == "ran" for row in rows},
        }
    except (ValueError, KeyError, TypeError):
        message = "is not what `tutorials list --json` writes; remove the file, or write it again."
        raise SourceError(Diagnostic(path, 1, message)) from None


def versions(lessons: Sequence[Lesson], link: Callable[[str], str], routes: Routes) -> str:
    """A table of which tutorials pass with which versions, or a sentence before the first run."""
    runs = outcomes(routes.settings.versions)
    if not any(runs.values()):
        return "There is no result with several versions yet."
    head = ["Tutorial"]
    for name, run in runs.items():
        known = labelled(run["packages"], routes.site.labels) if run else []
        known += [f"Python {run['python']}", run["day"]] if run else []
        head.append("<br>".join([name, *known]))
    lines = [table_line(*head), table_line(*["---"] * len(head))]
    for lesson in lessons:
        marks = [
            _MARKS[run["passed"].get(lesson.name)] if run else "no result" for run in runs.values()
        ]
        lines.append(table_line(f"[{lesson.tutorial.title}]({link(lesson.name)})", *marks))
    return "".join(lines)
