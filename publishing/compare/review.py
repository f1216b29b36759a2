"""Which records `tutorials compare` compares, what of the differences is accepted, and the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rich.table import Table

from publishing.compare import accepted
from publishing.compare.accepted import Accepted
from publishing.run.schedule import Lesson
from publishing.compare.drift import Difference, compare
from publishing.run.record import Record, Store, differences
from publishing.compare.numbers import Tolerance
from publishing.read.problem import relative

Pair = tuple[Lesson, Record, Record]


class ReviewError(Exception):
    """There is nothing to compare where there should be; the message says what to do."""


@dataclass
class Review:
    """What the comparison of some tutorials gave.

    Attributes:
      notes: what was compared with what, or why nothing was.
      found: each difference with the name of its tutorial, and the entry that covers it.
      stale: entries that cover nothing.
    """

    notes: list[str] = field(default_factory=list)
    found: list[tuple[str, Difference, Accepted | None]] = field(default_factory=list)
    stale: list[Accepted] = field(default_factory=list)

    @property
    def unaccepted(self) -> list[tuple[str, Difference]]:
        """The differences that a person must look at."""
        return [(name, difference) for name, difference, entry in self.found if difference.fails and entry is None]

    def lines(self) -> Iterator[str]:
        """The report, what fails last."""
        yield from self.notes
        for entry in self.stale:
            yield f"{accepted.FILE}: the entry of {entry.cell} covers no difference; remove it if it is published."
        for _, difference, entry in sorted(self.found, key=lambda one: one[1].fails and one[2] is None):
            yield f"{difference.place} Accepted: {entry.reason}" if entry else str(difference)

    def side_by_side(self, devices: tuple[str, str]) -> Table:
        """All numbers, lines and figures that differ, those within the tolerance too.

        Args:
          devices: what the old and the new records ran on.
        """
        table = Table("cell", *devices, "beyond the tolerance", box=None)
        for _, difference, entry in self.found:
            where = f"{relative(difference.place.path)}:{difference.place.number}"
            for old, new, beyond in difference.sides:
                table.add_row(where, old, new, ("accepted" if entry else "yes") if beyond else "")
                where = ""
        return table


def reviewed(
    lessons: Iterable[Lesson],
    store: Store,
    entries: Iterable[Accepted],
    tolerance: Tolerance,
    devices: tuple[str, str] | None = None,
    against: Path | None = None,
    moved: bool = False,
) -> Review:
    """Compare the records of tutorials.

    Without `devices` or `against`, each record is compared with the newest one of another key.

    Args:
      lessons: the tutorials.
      store: their records.
      entries: what is accepted.
      tolerance: for numbers.
      devices: compare records of the same key on two kinds of device.
      against: compare with the newest records of another store.
      moved: leave out tutorials whose Python and packages are those of the older record.

    Raises:
      ReviewError: if a record is missing that must be there, or devices are given that cannot be compared so.
    """
    if devices and (against or devices[0] == devices[1]):
        raise ReviewError("--devices compares two kinds of device, in one store: not the same twice, nor --against.")
    lessons, entries, review = list(lessons), list(entries), Review()
    pairs = _across_devices(lessons, store, devices) if devices else _with_older(lessons, store, against, review)
    for job, old, now in pairs:
        if moved and (old.key.python, old.key.versions) == (now.key.python, now.key.versions):
            review.notes.append(f"{lesson.name}: left out, its packages did not move.")
        else:
            _add(lesson, old, now, entries, tolerance, review)
    used = [entry for _, _, entry in review.found if entry]
    review.stale = [entry for entry in entries if entry not in used]
    return review


def accept(path: Path, review: Review, reason: str) -> int:
    """Write down the differences that are not yet accepted; each takes the place of a stale entry of its cell.

    Args:
      path: `accepted.toml`.
      review: the comparison.
      reason: why the new outputs are right.

    Returns:
      How many were accepted.
    """
    new = [Accepted(name, found.cell, reason, found.old, found.new) for name, found in review.unaccepted]
    replaced = {(entry.tutorial, entry.cell) for entry in new}
    kept = [e for e in accepted.read(path) if e not in review.stale or (e.tutorial, e.cell) not in replaced]
    accepted.write(path, kept + new)
    return len(new)


def _add(lesson: Lesson, old: Record, now: Record, entries: list[Accepted], tolerance: Tolerance, review: Review) -> None:
    """Compare two records, and look what differs up among the entries."""
    reasons = "".join(f"\n  {reason}" for reason in differences(now.key, old.key))
    review.notes.append(f"{lesson.name}: {_described(old)} and {_described(now)}{reasons}")
    for difference in compare(lesson.solved, old, now, tolerance):
        covering = (entry for entry in entries if entry.covers(lesson.name, difference, tolerance))
        review.found.append((lesson.name, difference, next(covering, None) if difference.fails else None))


def _across_devices(lessons: Iterable[Lesson], store: Store, devices: tuple[str, str]) -> Iterator[Pair]:
    """Each tutorial's records on two kinds of device.

    Raises:
      ReviewError: if one is missing.
    """
    for lesson in lessons:
        records = [store.find(lesson.key, device) for device in devices]
        for device, record in zip(devices, records, strict=True):
            if record is None:
                advice = f"run `tutorials run {lesson.name} --device {device}` where there is one."
                raise ReviewError(f"{lesson.name} has no record of {device}; {advice}")
        yield lesson, *records


def _with_older(lessons: Iterable[Lesson], store: Store, against: Path | None, review: Review) -> Iterator[Pair]:
    """Each tutorial's record with the newest of another store or of another key, on the same platform."""
    if against and not any(against.glob("*/*.json")):
        raise ReviewError(f"{against} holds no records; name a folder that `tutorials run` filled.")
    others = Store(against) if against else store
    for lesson in lessons:
        now = lesson.record
        if now is None:
            advice = f"run `tutorials run {lesson.name}`."
            raise ReviewError(f"{lesson.name} has no record of this code and these packages; {advice}")
        platform = now.run.device["platform"]
        older = (
            r for r in others.of(lesson.name) if r.run.device["platform"] == platform and (against or r.key != now.key)
        )
        if old := next(older, None):
            yield lesson, old, now
        else:
            review.notes.append(f"{lesson.name}: there is no other record on {platform} to compare with.")


def _described(record: Record) -> str:
    return f"{record.executed_at} on {record.run.device['kind']}"
