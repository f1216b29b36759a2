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


def table(lessons: Sequence[Lesson], link: Callable[[str], str]) -> str:
    """The Markdown of the report; `link` tells where the page of a tutorial is."""
    if not lessons:
        return "There are no tutorials yet."
    states = list(map(_state, lessons))
    ran, kept, yet = map(states.count, ("run", "kept", "pending"))
    seconds = f"{sum(lesson.record.seconds for lesson in lessons):.0f}"
    together = f"{counted(len(lessons), 'tutorial')} took {seconds} s together."
    pending = f"; {yet} yet to run" if yet else ""
    earlier = counted(kept, "record of earlier runs")
    this = f"This build ran {ran} of them and kept {earlier}{pending}."
    said = (
        "Tutorial | State | Device | When (UTC) | Time | Slowest cell | Cells | Exercises | Figures"
    )
    head = f"| {said} |\n|---|---|---|---|--:|---|--:|--:|--:|\n"
    return f"{together} {this}\n\n{head}{''.join(_row(each, link) for each in lessons)}"


def _state(lesson: Lesson) -> str:
    """Whether this build ran a tutorial, or kept its record."""
    return "pending" if lesson.record.pending else "run" if lesson.new else "kept"


def _row(lesson: Lesson, link: Callable[[str], str]) -> str:
    record, code, page = lesson.record, lesson.solved.code, link(lesson.name)
    when = record.executed_at[:16].replace("T", " ")
    device, time = escape(record.run.device["kind"]), f"{record.seconds:.1f} s"
    slowest = "" if record.pending else _slowest(lesson, page)
    exercises = sum(cell.exercise is not None for cell in code)
    figures = sum(
        1 if "frames" in cell.tags else sum(map(is_figure, outputs))
        for cell, outputs in zip(code, record.run.outputs, strict=True)
        if "hidden" not in cell.tags
    )
    counts = map(str, (len(code), exercises, figures))
    title = f"[{lesson.tutorial.title}]({page})"
    return table_line(title, _state(lesson), device, when, time, slowest, *counts)


def _slowest(lesson: Lesson, page: str) -> str:
    """How long the slowest cell took, with a link where the page shows it, below which heading."""
    variant, record = lesson.solved, lesson.record
    slowest = variant.code[record.slowest]
    heading = last_heading(variant.cells[: variant.cells.index(slowest)])
    anchor = "" if "hidden" in slowest.tags else "#slowest"
    return f"[{record.run.seconds[record.slowest]:.1f} s]({page}{anchor}), {heading}"


def table_line(*cells: str) -> str:
    """A line of a table in Markdown."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


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
