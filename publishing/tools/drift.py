"""What differs between two runs of a tutorial, which of it a person accepted, and the report."""

import json
import tomllib
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import islice, zip_longest
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode

from publishing.assemble.variants import Variant
from publishing.read.diagnostic import Diagnostic, SourceError
from publishing.read.prose import expressions
from publishing.run.devices import MachineError
from publishing.run.lesson import Lesson
from publishing.run.outputs import TEXTS
from publishing.run.record import Record, Store, differences
from publishing.site.figures import is_figure
from publishing.tools.figures import compare_figures, digest
from publishing.tools.numbers import Tolerance, compare_texts

FILE = "accepted.toml"
_HEAD = "# Differences between records that a person accepted; `tutorials compare --accept REASON` writes them."
_MOST_LINES = 12


class Difference(NamedTuple):
    """A cell whose output differs, or the values in its text, or that is new."""

    tutorial: str
    cell: str
    place: Diagnostic
    old: str  # its outputs as one text, a figure as `figure #<digest>`
    new: str
    beyond: list[
        str
    ]  # what exceeds the tolerance, a sentence each; a person must look if there is any

    def __str__(self) -> str:
        old, new, lines = self.old.splitlines(), self.new.splitlines(), []
        for kind, a, a_end, b, b_end in SequenceMatcher(
            None, old, new, autojunk=False
        ).get_opcodes():
            for pair in (
                zip_longest(old[a:a_end], new[b:b_end], fillvalue="") if kind != "equal" else ()
            ):
                lines += [f"{mark} {line}" for mark, line in zip("-+", pair, strict=True) if line]
        return "\n  ".join(
            [str(self.place), *_shorten(lines, "lines"), *_shorten(self.beyond, "numbers")]
        )


class Accepted(NamedTuple):
    """An entry of `accepted.toml`; it covers this new output of this cell and no later one."""

    tutorial: str
    cell: str
    reason: str
    old: str
    new: str

    def covers(self, difference: Difference, tolerance: Tolerance) -> bool:
        """Whether this is the difference that was accepted; another machine may have other last digits."""
        pairs = (self.old, difference.old), (self.new, difference.new)
        return self[:2] == difference[:2] and not any(
            compare_texts(*pair, tolerance) for pair in pairs
        )


def review(
    lessons: Iterable[Lesson],
    store: Store,
    accepted: list[Accepted],
    tolerance: Tolerance,
    against: Path | None = None,
    moved: bool = False,
) -> tuple[list[str], list[Difference], list[Accepted]]:
    """Compare the record of each tutorial with the newest one of another key on the same platform.

    With `against` compare with the newest in another store; with `moved` leave out tutorials whose Python and packages
    did not move. Gives the lines of a report, the differences that a person must look at, and the entries that cover
    nothing.
    """
    lines, unaccepted, used = [], [], []
    for lesson in lessons:
        old, new = _pair(lesson, store, against)
        if old is None:
            lines.append(
                f"{lesson.name}: there is no other record on {new.run.device['platform']} to compare with."
            )
            continue
        if moved and (old.key.python, old.key.versions) == (new.key.python, new.key.versions):
            lines.append(f"{lesson.name}: left out, its packages did not move.")
            continue
        runs = (
            f"{mark} {one.executed_at} on {one.run.device['kind']}"
            for mark, one in (("-", old), ("+", new))
        )
        lines.append("\n  ".join([f"{lesson.name}:", *runs, *differences(new.key, old.key)]))
        found = compare(lesson.solved, old, new, tolerance)
        if near := sum(not difference.beyond for difference in found):
            lines.append(f"  {near} cells are new or differ within the tolerance.")
        for difference in found:
            entry = next((entry for entry in accepted if entry.covers(difference, tolerance)), None)
            if difference.beyond and entry:
                used.append(entry)
                lines.append(f"{difference.place} Accepted: {entry.reason}")
            elif difference.beyond:
                unaccepted.append(difference)
                lines.append(str(difference))
    stale = [entry for entry in accepted if entry not in used]
    lines += [
        f"{FILE}: the entry of {one.cell} covers no difference; remove it if it is published."
        for one in stale
    ]
    return lines, unaccepted, stale


def _pair(lesson: Lesson, store: Store, against: Path | None) -> tuple[Record | None, Record]:
    """The older record of a tutorial, if there is one, and the newer."""
    if (new := lesson.record) is None:
        advice = f"run `tutorials run {lesson.name}`."
        raise MachineError(f"{lesson.name} has no record of this code and these packages; {advice}")
    older = (Store(against) if against else store).of(lesson.name)
    beside = (old for old in older if old.run.device["platform"] == new.run.device["platform"])
    return next((old for old in beside if against or old.key != new.key), None), new


def compare(variant: Variant, old: Record, new: Record, tolerance: Tolerance) -> list[Difference]:
    """What differs between two records of a tutorial, cells tagged `varies` and the prose after them left out.

    Cells are matched by their code. Where as many changed as stand there now, they are matched in order; the others are
    new. Values in prose are compared where the expressions are the same.
    """
    code = _match(old, new)
    values = [
        (NotebookNode(output_type="stream", text=text) for text in one.run.values)
        for one in (old, new)
    ]
    varies, found = False, []
    for cell in variant.cells:
        if cell.code:
            varies = "varies" in cell.tags
            before, after = next(code)
        else:
            count = len(expressions(cell.lines))
            before, after = (list(islice(its, count)) for its in values)
            before = before if old.key.expressions == new.key.expressions else None
        beyond = [] if before is None else _beyond(before, after, tolerance)
        texts = ["\n".join(map(_text, outputs or [])) for outputs in (before, after)]
        if not varies and (beyond or texts[0] != texts[1]):
            what = "the output" if cell.code else "a value in this text"
            how = (
                "is new"
                if before is None
                else "differs"
                if beyond
                else "differs within the tolerance"
            )
            place = Diagnostic(cell.path, cell.number, f"{what} {how}.")
            found.append(Difference(variant.tutorial.name, variant.id(cell), place, *texts, beyond))
    return found


def _match(
    old: Record, new: Record
) -> Iterator[tuple[list[NotebookNode] | None, list[NotebookNode]]]:
    """The outputs of each new cell, after those of its counterpart if there is one."""
    for _, a, a_end, b, b_end in SequenceMatcher(
        None, old.key.code, new.key.code, autojunk=False
    ).get_opcodes():
        for i, outputs in enumerate(new.run.outputs[b:b_end], a):
            yield old.run.outputs[i] if a_end - a == b_end - b else None, outputs


def _beyond(old: list[NotebookNode], new: list[NotebookNode], tolerance: Tolerance) -> list[str]:
    """What differs between the outputs of a cell beyond the tolerance, a sentence each."""
    kinds = [
        [(one.output_type, one.get("name"), is_figure(one)) for one in outputs]
        for outputs in (old, new)
    ]
    if kinds[0] != kinds[1]:
        return ["there are other outputs, or outputs of another kind."]
    sentences = []
    for a, b in zip(old, new, strict=True):
        sentences += (
            compare_figures(a, b, tolerance)
            if is_figure(a)
            else compare_texts(_text(a), _text(b), tolerance)
        )
    return sentences


def _text(output: NotebookNode) -> str:
    """An output as a text; a digest where it is a figure."""
    if output.output_type in ("stream", "error"):
        return output.text if "text" in output else f"{output.ename}: {output.evalue}"
    if is_figure(output):
        return f"figure #{digest(output)}"
    texts = [output.data[kind] for kind in TEXTS if kind in output.data]
    return "\n".join(texts) or json.dumps(output.data, sort_keys=True)


def _shorten(lines: list[str], what: str) -> list[str]:
    more = len(lines) - _MOST_LINES
    return [*lines[:_MOST_LINES], f"and {more} more {what}."] if more > 0 else lines


def read_accepted(path: Path) -> list[Accepted]:
    """The entries of an `accepted.toml`, if there is one; raises a SourceError if it is not as `accept` writes it."""
    if not path.is_file():
        return []
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        accepted = [Accepted(**entry) for entry in content.pop("accepted")]
        if content or not all(
            isinstance(text, str) and entry.reason.strip() for entry in accepted for text in entry
        ):
            raise ValueError(
                "a value is not a text, a reason is empty, or there is more than `[[accepted]]` entries"
            )
        return accepted
    except (ValueError, LookupError, TypeError) as error:
        message = f"is not as `tutorials compare --accept` writes it ({error}); mend it, or delete it and accept again."
        raise SourceError(Diagnostic(path, 1, message)) from None


def accept(path: Path, unaccepted: list[Difference], stale: list[Accepted], reason: str) -> None:
    """Write differences to `accepted.toml`, in the place of stale entries of the same cells."""
    new = [Accepted(one.tutorial, one.cell, reason, one.old, one.new) for one in unaccepted]
    cells = {entry[:2] for entry in new}
    kept = [entry for entry in read_accepted(path) if entry not in stale or entry[:2] not in cells]
    lines = [_HEAD]
    for entry in kept + new:
        fields = entry._asdict().items()
        lines += [
            "\n[[accepted]]",
            *(f"{name} = {json.dumps(text, ensure_ascii=False)}" for name, text in fields),
        ]
    if new:  # basic strings of TOML are strings of JSON, but for the character DEL
        path.write_text("\n".join([*lines, ""]).replace("\x7f", "\\u007f"), encoding="utf-8")
