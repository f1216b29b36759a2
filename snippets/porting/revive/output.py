"""What is printed of the changes: for people, as JSON, for GitHub, as SARIF."""

import collections
import json
from collections.abc import Iterator
from typing import NamedTuple

from .files import Source
from .records import Change
from .rules import page_of, rules, site

KINDS = {"!": "fails", "?": "may fail", " ": "has a newer form"}
_LEVELS = {"!": "error", "?": "warning", " ": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class Report(NamedTuple):
    """What was found in a file, and how many changes were made in it."""

    source: Source
    changes: list[Change]
    made: int

    def rows(self) -> Iterator[dict]:
        """The changes as JSON has them."""
        for change in self.changes:
            yield {
                "file": str(self.source.path),
                "place": self.source.place(change.line),
                "line": self.source.line_in_file(change.line),
                "code": change.code,
                "old": change.old,
                "new": change.new,
                "reason": change.reason,
                "kind": KINDS[change.sign],
                "last": change.last,
                "edits": [list(edit) for edit in change.edits],
                "page": site() + page_of(change.code),
            }

    def text(self) -> str:
        """A line for each name, with the places where it is."""
        places: dict[tuple, list[str]] = {}
        for change in self.changes:
            key = f"  {change.sign} {advice(change)}"
            places.setdefault(key, []).append(self.source.place(change.line))
        rows = [
            f"{key}  [{', '.join(dict.fromkeys(at))}]" for key, at in places.items()
        ]
        return "\n".join([str(self.source.path), *rows])


def advice(change: Change) -> str:
    """The old name and what to write instead."""
    return f"{change.old} -> {change.new}" if change.new else change.old


def as_json(reports: list[Report]) -> str:
    """A list with an object for each change."""
    return json.dumps([row for report in reports for row in report.rows()], indent=1)


def as_github(reports: list[Report]) -> str:
    """Workflow commands, which GitHub shows beside the lines."""
    kinds = {"fails": "error", "may fail": "warning", "has a newer form": "notice"}
    rows = (row for report in reports for row in report.rows())
    return "\n".join(
        f"::{kinds[row['kind']]} file={_escaped(row['file'], ',:')},line={row['line']},"
        f"title={row['code']}::{_escaped(_message(row))}"
        + (f" ({row['page']})" if site() else "")
        for row in rows
    )


def as_sarif(reports: list[Report]) -> str:
    """SARIF 2.1.0, which code scanning and editors read."""
    rows = [row for report in reports for row in report.rows()]
    codes = sorted({row["code"] for row in rows})
    about = [_about(code) for code in codes]
    levels = {KINDS[sign]: level for sign, level in _LEVELS.items()}
    results = [
        {
            "ruleId": row["code"],
            "level": levels[row["kind"]],
            "message": {"text": _message(row)},
            "locations": [{"physicalLocation": _location(row)}],
        }
        for row in rows
    ]
    tool = {"driver": {"name": "haiku-port revive", "rules": about}}
    runs = [{"tool": tool, "results": results}]
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": runs}, indent=1)


def as_text(reports: list[Report], named: list[str], repaired: bool) -> str:
    """A report for each file, then what to write for each name, and the counts."""
    lines = []
    for report in reports:
        if report.changes:
            lines.append(report.text())
        elif str(report.source.path) in named:
            lines.append(f"{report.source.path}: nothing to change")
    found = [change for report in reports for change in report.changes]
    counts = collections.Counter((one.sign, one.old) for one in found)
    about = {(one.sign, one.old): one for one in found}
    if found:
        lines.append("\nBy name (! fails, ? may fail, the others have a newer form):")
    for (sign, old), count in counts.most_common():
        change = about[sign, old]
        last = f" (last in {_package(old)} {change.last})" if change.last else ""
        reason = f": {change.reason}" if change.reason else ""
        lines.append(f"{count:5} {sign} {advice(change)}{last}{reason}  {change.code}")
    failing = sum(any(one.fails for one in report.changes) for report in reports)
    made = (
        f" {sum(report.made for report in reports)} changes made." if repaired else ""
    )
    lines.append(f"\n{len(reports)} files read, {failing} have lines that fail.{made}")
    return "\n".join(lines)


def _about(code: str) -> dict:
    """A rule as SARIF describes it, with its page if that is known."""
    page = {"helpUri": site() + page_of(code)} if site() else {}
    return {"id": code, "shortDescription": {"text": rules()[code].finds}, **page}


def _message(row: dict) -> str:
    what = f"{row['old']} {row['kind']}"
    instead = f"; write {row['new']}" if row["new"] else ""
    return f"{what}{instead}{': ' if row['reason'] else ''}{row['reason']}"


def _location(row: dict) -> dict:
    uri = row["file"].replace("\\", "/")
    return {"artifactLocation": {"uri": uri}, "region": {"startLine": row["line"]}}


def _escaped(text: str, more: str = "") -> str:
    for sign in f"%\r\n{more}":
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def _package(old: str) -> str:
    """The package of a name, or of the function whose argument it is."""
    return old.rpartition(" ")[2].partition(".")[0]
