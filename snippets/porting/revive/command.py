"""The command: files, notebooks and folders, what is printed, and how it ends."""

import argparse
import collections
import difflib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .files import Notebook, Source, files_of
from .finder import Finder
from .installed import Installed
from .records import Change
from .scopes import lines_of, parsed
from .table import Table


def main(arguments: list[str] | None = None) -> int:
    """Read the files that the command line names; the exit status is 0, 1 or 2."""
    options = _options(arguments)
    for stream in (sys.stdout, sys.stderr):  # a Windows pipe may lack some characters
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    kind = Installed if options.installed else Table
    table = kind()
    reports, unread = [], False
    for path in files_of(options.paths):
        try:
            report = _report(path, table, options)
        except (OSError, ValueError, LookupError, SyntaxError) as error:
            told = getattr(error, "strerror", None) or str(error)
            print(f"{path}: {told}", file=sys.stderr)
            unread = True
        else:
            for problem in report.source.problems:
                print(f"{path}: {problem}", file=sys.stderr)
                unread = True
            reports.append(report)
    if options.json:
        print(
            json.dumps([row for report in reports for row in report.rows()], indent=1)
        )
    elif not options.diff:
        _print_reports(reports, options)
    fails = any(change.fails for report in reports for change in report.changes)
    return 2 if unread else int(fails)


class _Report(NamedTuple):
    """What was found in a file, and how many changes were made in it."""

    source: Source
    changes: list[Change]
    made: int

    def rows(self) -> Iterator[dict]:
        """The changes as JSON has them."""
        for change in self.changes:
            kind = {"!": "fails", "?": "may fail", " ": "has a newer form"}[change.sign]
            yield {
                "file": str(self.source.path),
                "place": self.source.place(change.line),
                "old": change.old,
                "new": change.new,
                "reason": change.reason,
                "kind": kind,
                "last": change.last,
                "edits": [list(edit) for edit in change.edits],
            }

    def text(self) -> str:
        """A line for each name, with the places where it is."""
        places: dict[tuple, list[str]] = {}
        for change in self.changes:
            key = f"  {change.sign} {_advice(change)}"
            places.setdefault(key, []).append(self.source.place(change.line))
        rows = [
            f"{key}  [{', '.join(dict.fromkeys(at))}]" for key, at in places.items()
        ]
        return "\n".join([str(self.source.path), *rows])


def _advice(change: Change) -> str:
    return f"{change.old} -> {change.new}" if change.new else change.old


def _report(path: Path, table: Table, options: argparse.Namespace) -> _Report:
    """Read a file, show or make its changes, and say what is left."""
    source = (Notebook if path.suffix == ".ipynb" else Source)(path)
    changes = _changes_of(source, table)
    if not any(change.edits for change in changes):
        return _Report(source, changes, 0)
    if options.diff:
        sys.stdout.writelines(_diff(source, source.mended(changes)))
    if not options.fix:
        return _Report(source, changes, 0)
    source.write(changes)
    source = type(source)(path)
    left = _changes_of(source, table)
    return _Report(source, left, len(changes) - len(left))


def _changes_of(source: Source, table: Table) -> list[Change]:
    return sorted(set(Finder(parsed("".join(source.lines)), table).changes()))


def _diff(source: Source, text: str) -> Iterator[str]:
    names = (f"a/{source.path}", f"b/{source.path}")
    old, new = lines_of(source.text), lines_of(text)
    for line in difflib.unified_diff(old, new, *names):
        yield line if line.endswith("\n") else f"{line}\n"


def _print_reports(reports: list[_Report], options: argparse.Namespace) -> None:
    """A report for each file, then what to write for each name, and the counts."""
    for report in reports:
        if report.changes:
            print(report.text())
        elif str(report.source.path) in options.paths:
            print(f"{report.source.path}: nothing to change")
    found = [change for report in reports for change in report.changes]
    counts = collections.Counter((one.sign, one.old) for one in found)
    about = {(one.sign, one.old): one for one in found}
    if found:
        print("\nBy name (! fails, ? may fail, the others have a newer form):")
    for (sign, old), count in counts.most_common():
        change = about[sign, old]
        package = "" if not change.last else f" (last in {_package(old)} {change.last})"
        reason = f": {change.reason}" if change.reason else ""
        print(f"{count:5} {sign} {_advice(change)}{package}{reason}")
    failing = sum(any(one.fails for one in report.changes) for report in reports)
    made = sum(report.made for report in reports)
    repaired = f" {made} changes made." if options.fix else ""
    print(f"\n{len(reports)} files read, {failing} have lines that fail.{repaired}")


def _package(old: str) -> str:
    """The package of a name, or of the function whose argument it is."""
    return old.rpartition(" ")[2].partition(".")[0]


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="revive", description=_ABOUT, epilog=_STATUS)
    parser.add_argument("paths", nargs="+", metavar="PATH", help=_PATHS)
    parser.add_argument("--diff", action="store_true", help="show what --fix would do")
    parser.add_argument("--fix", action="store_true", help="make all pure renames")
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    parser.add_argument("--installed", action="store_true", help=_INSTALLED)
    return parser.parse_args(arguments)


_ABOUT = "Find what fails in old JAX and Haiku code, and what to write instead."


_PATHS = (
    "a .py file, an .ipynb file, or a folder of them; in folders what is hidden, and"
    " build, dist, venv and the like, are left out"
)


_STATUS = "Exit status: 0 nothing fails, 1 something does, 2 a file could not be read."


_INSTALLED = "also look up names and arguments in the packages that are installed"
