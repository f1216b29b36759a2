"""What is told of a file of weights, as lists and tables with titles."""

from typing import Any

from .text import looks_like, named

TO_LOAD = {"text": "How to load and compare it", "link": "tutorials/porting/weights/"}


def sections_of(found: dict[str, Any]) -> tuple[str, list[tuple], list[tuple]]:
    """What `look` found, for a page.

    Args:
      found: the dictionary.

    Returns:
      A sentence; titles, each with a list; and titles, each with a table's head and
      rows. A row of a list is a string, or has "text" and "link".
    """
    name, kind = found["file"] or "The file", found["kind"]
    packed = "".join(f", packed by {by}" for by in found["packed"])
    about = f"{name}: {kind}{packed}, {found['bytes']:,} bytes."
    if kind == "unknown":
        about = found["problem"] or f"{name} is of a kind that is not known."
    problem = found["problem"] != about and found["problem"]
    told = [
        ("Warnings", found["warnings"]),
        ("What could not be read", [problem] if problem else []),
        ("In all", [*_sums(found), TO_LOAD] if found["arrays"] else []),
        ("Notes", found["notes"]),
    ]
    tables = [
        ("Arrays", ["name", "shape", "dtype", "bytes", "looks like"], _arrays(found)),
        ("Other values", ["name", "kind", "value"], _values(found)),
    ]
    return about, [one for one in told if one[1]], [one for one in tables if one[2]]


def _sums(found: dict) -> list[str]:
    sums = [
        f"{part}: {one['arrays']} arrays, {one['numbers']:,} numbers,"
        f" {one['bytes']:,} bytes"
        for part, one in found["parts"].items()
    ]
    library = found["library"]
    named = [f"The names are those that {library} gives."] if library else []
    return [*sums, *named, f"SHA-256 `{found['sha256']}`"]


def _arrays(found: dict) -> list[list]:
    return [
        [
            f"`{named(one)}`",
            f"`{tuple(one['shape'])}`",
            one["dtype"],
            f"{one['bytes']:,}",
            looks_like(one),
        ]
        for one in found["arrays"]
    ]


def _values(found: dict) -> list[list]:
    return [[f"`{named(one)}`", one["kind"], one["value"]] for one in found["values"]]
