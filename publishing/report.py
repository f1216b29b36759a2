"""The build report: on what, when and how long each tutorial ran, as a page and as JSON."""

from __future__ import annotations

import gzip
import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from publishing.building import Job
from publishing.figures import is_figure
from publishing.routes import MOUNT, REPORT
from publishing.source import text
from publishing.versions import Outcome

_FENCE_OR_HEADING = re.compile(r"^(`{3,}|~{3,}).*?^\1|^#+ (?P<heading>[^\n]*)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_TABLE = """\
| Tutorial | State | Device | When (UTC) | Time | Slowest cell | Page | Cells | Exercises | Figures |
|---|---|---|---|--:|---|--:|--:|--:|--:|
"""
_CHART = """\
<div class="chart" role="img" aria-label="{alt}" data-search-exclude>
<span class="legend"><b></b> slowest cell <i></i> other cells</span>
{bars}
</div>
"""
_BAR = """\
<span>{title}</span>
<span class="bar"><b style="width:{slowest:.1f}%"></b><i style="width:{rest:.1f}%"></i></span>
<span>{seconds:.1f} s</span>"""


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


def row(job: Job) -> Row:
    """What the report says of a tutorial with a record, from that record and its notebook."""
    variant, record = job.variant, job.record
    outputs = zip(variant.code, record.run.outputs, strict=True)
    return Row(
        tutorial=job.name,
        title=variant.tutorial.title,
        state="run" if job.new else "kept",
        device=record.run.device["kind"],
        executed_at=record.executed_at,
        seconds=record.seconds,
        slowest=_slowest(job),
        cells=len(variant.code),
        exercises=sum(cell.cell.exercise is not None for cell in variant.code),
        figures=sum("hidden" not in cell.cell.tags and any(map(is_figure, shown)) for cell, shown in outputs),
        python=record.key.python,
        versions=record.key.versions,
    )


def table(jobs: Sequence[Job], link: Callable[[str], str]) -> str:
    """The Markdown of the report: a sentence, the bar chart, the table.

    Args:
      jobs: the tutorials with their records, in the order of the course.
      link: where the page of a tutorial of this name is.
    """
    rows = [row(job) for job in jobs]
    if not rows:
        return "There are no tutorials yet."
    new = sum(found.state == "run" for found in rows)
    lines = "\n".join(_line(found, link(found.tutorial)) for found in rows)
    return (
        f"{len(rows)} tutorials took {sum(found.seconds for found in rows):.0f} s together. "
        f"This build ran {new} of them and kept {len(rows) - new} records of earlier runs.\n\n"
        f"{_chart(rows)}\n{_TABLE}{lines}\n"
    )


def complete(site: Path, jobs: Sequence[Job], outcomes: Mapping[str, Outcome | None]) -> None:
    """Say in the report how heavy each page has become, and write `report.json` beside it; a site without is let be.

    Args:
      site: folder of the site, all pages written.
      jobs: the tutorials with their records, in the order of the course.
      outcomes: what the runs with several versions gave.
    """
    page = site / Path(REPORT).stem / "index.html"
    if not page.is_file():
        return
    written, entries = page.read_text(encoding="utf-8"), []
    for job in jobs:
        sent = len(gzip.compress((site / MOUNT / job.name / "index.html").read_bytes()))
        written = written.replace(_unweighed(job.name), f"{sent / 1000:.1f} kB")
        entries.append(asdict(row(job)) | {"page_bytes": sent})
    page.write_text(written, encoding="utf-8")
    versions = {name: outcome and asdict(outcome) for name, outcome in outcomes.items()}
    content = json.dumps({"tutorials": entries, "versions": versions}, indent=2, ensure_ascii=False)
    page.with_name("report.json").write_text(content + "\n", encoding="utf-8")


def _slowest(job: Job) -> Slowest:
    """The slowest cell; it has an anchor on the page, `#slowest`, unless it is hidden there."""
    cell = job.variant.code[job.record.slowest]
    index = next(index for index, other in enumerate(job.variant.cells) if other is cell)
    prose = "\n".join(text(before.lines) for before in job.variant.cells[:index] if not before.cell.code)
    headings = [found["heading"] for found in _FENCE_OR_HEADING.finditer(prose) if found["heading"]]
    heading = _LINK.sub(r"\1", headings[-1]).strip()
    seconds = job.record.run.seconds[job.record.slowest]
    return Slowest(f"{job.variant.tutorial.path.stem}-{index}", seconds, heading, "hidden" not in cell.cell.tags)


def _line(found: Row, page: str) -> str:
    slowest = f"[{found.slowest.seconds:.1f} s]({page}{'#slowest' * found.slowest.shown})"
    cells = (
        f"[{found.title}]({page})",
        found.state,
        found.device,
        found.executed_at[:16].replace("T", " "),
        f"{found.seconds:.1f} s",
        f"{slowest}, {found.slowest.heading}",
        _unweighed(found.tutorial),
        *map(str, (found.cells, found.exercises, found.figures)),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _unweighed(tutorial: str) -> str:
    """What stands for the size of a page until all pages are written."""
    return f'<span data-size="{tutorial}"></span>'


def _chart(rows: Sequence[Row]) -> str:
    """The bars as HTML, one below the other; for a screen reader one picture that says what it shows."""
    longest, shortest = max(rows, key=lambda one: one.seconds), min(rows, key=lambda one: one.seconds)
    alt = (
        "Bars: how long each tutorial ran, its slowest cell apart from the others. "
        f"{longest.title} took longest, {longest.seconds:.1f} s, and {shortest.title} least, {shortest.seconds:.1f} s; "
        "the table below has the numbers."
    )
    percent = 100 / (longest.seconds or 1)
    bars = (
        _BAR.format(
            title=html.escape(_plain(one.title)),
            slowest=one.slowest.seconds * percent,
            rest=(one.seconds - one.slowest.seconds) * percent,
            seconds=one.seconds,
        )
        for one in rows
    )
    return _CHART.format(alt=html.escape(_plain(alt)), bars="\n".join(bars))


def _plain(markdown: str) -> str:
    return markdown.replace("`", "")
