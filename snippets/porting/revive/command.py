"""The command: files, notebooks and folders, what is printed, and how it ends."""

import argparse
import difflib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from .explain import explained
from .files import Notebook, Source, StandardInput, files_of
from .finder import Finder
from .installed import Installed
from .options import OptionError, is_excluded, options_of, targets
from .output import Report, as_github, as_json, as_sarif, as_text
from .records import Change
from .rules import rules
from .scopes import lines_of
from .table import Table, Targeted

_IGNORE = re.compile(r"#\s*revive:\s*ignore(?:\[([\w\s,]*)\])?")


def main(arguments: list[str] | None = None) -> int:
    """Read the files that the command line names; the exit status is 0, 1 or 2."""
    try:
        options = options_of(arguments)
    except OptionError as error:
        print(f"haiku-port revive: {error}", file=sys.stderr)
        return 2
    if options.explain:
        found = {c: one for c, one in rules().items() if c.startswith(options.explain)}
        rows = [f"{code}: {rule.finds}" for code, rule in sorted(found.items())]
        print("\n".join(rows) if len(rows) > 1 else explained(*found))
        return 0
    reports, unread = [], False
    table = _table(options)
    for path in files_of(options.paths):
        if is_excluded(path, options.exclude):
            continue
        try:
            report = _report(_source(path), table, options)
        except (OSError, ValueError, LookupError, SyntaxError) as error:
            told = getattr(error, "strerror", None) or str(error)
            print(f"{path}: {told}", file=sys.stderr)
            unread = True
        else:
            for problem in report.source.problems:
                print(f"{path}: {problem}", file=sys.stderr)
                unread = True
            reports.append(report)
    _print(reports, options)
    fails = any(change.fails for report in reports for change in report.changes)
    return 2 if unread else int(fails)


def _table(options: argparse.Namespace) -> Table:
    if options.target:
        return Targeted(targets(options.target))
    return Installed() if options.installed else Table()


def _source(path: Path) -> Source:
    if str(path) == "-":
        return StandardInput(path)
    return (Notebook if path.suffix == ".ipynb" else Source)(path)


def _print(reports: list[Report], options: argparse.Namespace) -> None:
    as_machine = {"json": as_json, "github": as_github, "sarif": as_sarif}
    written = options.fix and "-" in options.paths  # standard output has the code
    if options.output_format in as_machine:
        text = as_machine[options.output_format](reports)
    elif options.diff:
        return
    else:
        text = as_text(reports, options.paths, options.fix)
    if text:
        print(text, file=sys.stderr if written else sys.stdout)


def _report(source: Source, table: Table, options: argparse.Namespace) -> Report:
    """Read a file, show or make its changes, and say what is left."""
    changes = _changes_of(source, table, options)
    if any(change.edits for change in changes) or str(source.path) == "-":
        if options.diff:
            sys.stdout.writelines(_diff(source, source.mended(changes)))
        if options.fix:
            source.write(changes)
            left = _changes_of(source.again(), table, options)
            return Report(source, left, len(changes) - len(left))
    return Report(source, changes, 0)


def _changes_of(
    source: Source, table: Table, options: argparse.Namespace
) -> list[Change]:
    """The changes of a file that were asked for and that no comment forbids."""
    finder = Finder("".join(source.lines), table, options.unsafe_fixes)
    found = sorted(set(finder.changes()))
    chosen = [one for one in found if _is_chosen(one, source, options)]
    left_out = {edit for one in set(found) - set(chosen) for edit in one.edits}
    return [
        one._replace(edits=()) if left_out & set(one.edits) else one for one in chosen
    ]


def _is_chosen(change: Change, source: Source, options: argparse.Namespace) -> bool:
    if options.select and not change.code.startswith(tuple(options.select)):
        return False
    if options.ignore and change.code.startswith(tuple(options.ignore)):
        return False
    comment = _IGNORE.search(source.lines[change.line - 1])
    if not comment:
        return True
    codes = [code.strip() for code in (comment[1] or "").split(",")]
    return comment[1] is not None and not any(
        code and change.code.startswith(code) for code in codes
    )


def _diff(source: Source, text: str) -> Iterator[str]:
    names = (f"a/{source.path}", f"b/{source.path}")
    old, new = lines_of(source.text), lines_of(text)
    for line in difflib.unified_diff(old, new, *names):
        yield line if line.endswith("\n") else f"{line}\n"
