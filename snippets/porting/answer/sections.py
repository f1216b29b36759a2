"""What the verbs say, in titled sections: sentences, tables, lists, lines in pairs."""

from ..revive.edits import edited
from ..revive.files import Source
from ..revive.output import KINDS
from ..revive.records import Change
from ..revive.rules import page_of
from .tracebacks import Failure, advice, line_now

CONTEXT = 2  # lines around one that changed
MOST_ROWS = 300
NOTHING = (
    "Nothing that the table of removed names and arguments knows. What only a run shows"
    " is not in it: paste the error that you get, too."
)


def of_changes(source: Source, changes: list[Change]) -> list[dict]:
    """What fails in a file, by name, and its text after what can be repaired."""
    sections = []
    if source.problems:
        sections.append({"title": "What cannot be read", "list": source.problems})
    if not changes:
        return [*sections, {"title": "What no longer runs", "text": NOTHING}]
    groups: dict[tuple, list[Change]] = {}
    for change in sorted(changes, key=lambda one: ("!? ".index(one.sign), one.line)):
        groups.setdefault((change.sign, change.old), []).append(change)
    head = ["line", "today", "you have", "write", "why"]
    rows = [_row(source, group) for group in groups.values()]
    sections.append({"title": "What no longer runs", **table(head, rows)})
    if any(change.edits for change in changes):
        sections.append(_repaired(source, changes))
    return sections


def _row(source: Source, group: list[Change]) -> list:
    """A row of the table, for a name and all its places."""
    first = group[0]
    places = dict.fromkeys(source.place(change.line) for change in group)
    why = _why(first.old, first.reason, first.last)
    is_name = first.new and " " not in first.new
    return [
        ", ".join(places),
        KINDS[first.sign],
        f"`{first.old}`",
        f"`{first.new}`" if is_name else first.new,
        [why, {"text": first.code, "link": page_of(first.code)}],
    ]


def _why(old: str, reason: str, last: str) -> str:
    """The reason of a change, and the last release of its package that had the name."""
    package = old.rpartition(" ")[2].partition(".")[0] or "jax"
    return "; ".join(
        filter(None, (reason, f"last in {package} {last}" if last else ""))
    )


def _repaired(source: Source, changes: list[Change]) -> dict:
    """The changed lines beside the old ones, and the whole text."""
    old, new = source.lines, edited(source.lines, changes)
    differ = [n for n, line in enumerate(old) if new[n] != line]
    near = {m for n in differ for m in range(n - CONTEXT, n + CONTEXT + 1)}
    pairs = []
    for block in _blocks(sorted(near & set(range(len(old))))):
        indent = _indent([line for n in block for line in (old[n], new[n])])
        pairs += [
            {
                "place": source.place(n + 1),
                "old": old[n][indent:].rstrip("\r\n"),
                "new": new[n][indent:].rstrip("\r\n") if new[n] else None,
                "gap": n == block[0],
            }
            for n in block
        ]
    left = (one.line for one in changes if one.sign != " " and not one.edits)
    places = ", ".join(dict.fromkeys(map(source.place, left)))
    what = (
        f"Left for you to change: {places}." if places else "Nothing is left to change."
    )
    if places and places[0].isdecimal():
        what = what.replace("change:", f"change: line{'s' * (',' in places)}")
    whole = {"name": source.path.name, "text": source.mended(changes)}
    return {"title": "The repaired text", "text": what, "pairs": pairs, "file": whole}


def _blocks(numbers: list[int]) -> list[list[int]]:
    """Numbers in order, cut where some are left out."""
    blocks: list[list[int]] = []
    for number in numbers:
        if not blocks or blocks[-1][-1] != number - 1:
            blocks.append([])
        blocks[-1].append(number)
    return blocks


def _indent(lines: list[str]) -> int:
    """How many blanks all lines begin with, but for empty ones."""
    return min(
        (len(one) - len(one.lstrip()) for one in lines if one.strip()), default=0
    )


def of_failure(failure: Failure) -> list[dict]:
    """The line to change, and what to write for a name that is not there any more."""
    sections, frame = [], failure.frame
    if frame:
        line = f", line {frame.line}" if frame.line else ""
        within = f", in `{frame.function}`" if frame.function else ""
        where = f"`{frame.file}`{line}{within}"
        section = {"title": "The line to change", "text": where}
        if new := line_now(frame.code):
            pair = {"place": frame.line, "old": frame.code, "new": new, "gap": True}
            section["pairs"] = [pair]
        elif frame.code:
            section["code"] = frame.code
        sections.append(section)
    if found := advice(failure.message):
        old, known = found
        new = f"`{known.new}`" if known.renamed else known.new
        row = [f"`{old}`", new, _why(old, known.reason, known.last)]
        rows = table(["you have", "write", "why"], [row])
        sections.append({"title": "What to write", **rows})
    return sections


def table(head: list[str], rows: list[list]) -> dict:
    """A table, with a text that says so if it does not have all rows.

    Examples:
      >>> table(["line"], [["3"]])
      {'table': {'head': ['line'], 'rows': [['3']]}}
    """
    whole = {"table": {"head": head, "rows": rows[:MOST_ROWS]}}
    if len(rows) > MOST_ROWS:
        more = (
            f"The first {MOST_ROWS} of {len(rows)} rows; the command has all of them."
        )
        return {"text": more, **whole}
    return whole
