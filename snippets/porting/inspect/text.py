"""The answer as a table for people."""

import textwrap
from typing import Any

_UNITS = ("bytes", "kB", "MB", "GB", "TB")
MOST_ROWS = 5000
WIDTH = 100


def as_text(about: dict[str, Any], depth: int | None = None) -> str:
    """What `look` found, as lines of text; below `depth` names it is summed up."""
    packed = "".join(f", packed by {by}" for by in about["packed"])
    size = in_units(about["bytes"])
    lines = [f"{about['file']}: {about['kind']}{packed}, {size}"]
    if about["sha256"]:
        lines.append(f"  sha256 {about['sha256']}")
    for part, sums in about["parts"].items():
        whose = f", named as {about['library']} does" if about["library"] else ""
        lines.append(
            f"  {part}: {_count(sums['arrays'], 'array')},"
            f" {_count(sums['numbers'], 'number')},"
            f" {in_units(sums['bytes'])}{whose if part == 'parameters' else ''}"
        )
    rows = _summed(about, depth) if depth else _rows(about)
    if rows:
        lines += ["", *_table(rows[:MOST_ROWS])]
    if len(rows) > MOST_ROWS:
        more = len(rows) - MOST_ROWS
        lines.append(f"and {more:,} more rows; --depth 1 sums them up.")
    told = [*about["notes"], *about["warnings"], about["problem"]]
    told = [line for sentence in told for line in textwrap.wrap(sentence, WIDTH)]
    return "\n".join([*lines, *([""] if told else []), *told, ""])


def in_units(count: int) -> str:
    """A number of bytes, with three digits."""
    value, unit = float(count), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.3g} {_UNITS[unit]}" if unit else f"{count} bytes"


def named(entry: dict[str, Any]) -> str:
    """The path of an array or value."""
    return entry["path"] or "(all of it)"


def looks_like(array: dict[str, Any]) -> str:
    """What part of a network an array seems to be, with its number and its problem."""
    note = f" ({array['problem']})" if array["problem"] else ""
    value = f" = {array['value']}" if array["value"] is not None else ""
    return f"{array['part']}{value}{note}"


def _rows(about: dict[str, Any]) -> list[tuple[str, ...]]:
    rows = [("name", "shape", "dtype", "digest", "looks like")]
    for one in about["arrays"]:
        digest, shape = one["digest"][:8] or "-", str(tuple(one["shape"]))
        rows.append((named(one), shape, one["dtype"][:40], digest, looks_like(one)))
    for one in about["values"]:
        told = f"{one['part']} = {one['value']}" if one["part"] else one["value"]
        rows.append((named(one), "", one["kind"].rpartition(".")[2], "", told))
    return rows if len(rows) > 1 else []


def _summed(about: dict[str, Any], depth: int) -> list[tuple[str, ...]]:
    """A row for each name of some depth, with what is below it."""
    sums: dict[str, list[int]] = {}
    for array in about["arrays"]:
        mark = "//" if "//" in array["path"] else "/"
        name = mark.join(array["path"].split(mark)[:depth])
        count = sums.setdefault(name, [0, 0])
        count[0] += 1
        count[1] += array["bytes"]
    rows = [
        (name or "(all of it)", _count(count, "array"), in_units(size))
        for name, (count, size) in sums.items()
    ]
    return [("name", "arrays", "bytes"), *rows] if rows else []


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows with columns of one width each; long names push the rest to the right."""
    columns = list(zip(*rows, strict=True))
    most = (60, 20, 20, 8, 60)
    widths = [
        min(limit, max(map(len, column)))
        for column, limit in zip(columns, most, strict=False)
    ]
    return [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
