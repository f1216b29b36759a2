"""What `read` and `weights` say, as titled sections; empty without these verbs."""

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

from .sections import table

TO_LOAD = {"text": "How to load and compare it", "link": "tutorials/porting/weights/"}


def of_code(name: str, text: str, place: Callable[[int], str]) -> list[dict]:
    """What `read` says of code: lines at risk, a reading list, and five answers.

    Args:
      name: of the file.
      text: its code, of a notebook that of all its cells.
      place: says where a line is, in words.

    Returns:
      Sections, in the order in which a reader wants them.
    """
    found = _asked("read", "read_code", {name: text})
    return found if isinstance(found, list) else _of_read(found, place)


def of_weights(name: str, data: bytes) -> tuple[str, list[dict]]:
    """What `weights` says of a file.

    Args:
      name: of the file.
      data: its bytes.

    Returns:
      A sentence, and sections with its arrays and what else is in it.
    """
    found = _asked("inspect", "look", name, data)
    if isinstance(found, list):
        return f"{name} is a file of {len(data):,} bytes that is not code.", found
    return _of_inspect(found)


def _asked(package: str, function: str, *given: Any) -> Any:
    """The answer of a verb; sections if the package lacks it, or if it fails.

    The answers of other verbs are not lost for it.
    """
    module = f"{__package__.rpartition('.')[0]}.{package}"
    if importlib.util.find_spec(module) is None:
        return []
    ask = getattr(importlib.import_module(module), function)
    try:
        return ask(*given)
    except Exception as problem:
        told = f"{type(problem).__name__}: {problem}"
        return [{"title": "What could not be found out", "text": told}]


def _of_read(found: dict, place: Callable[[int], str]) -> list[dict]:
    from ..read.sections import (
        sections_of,
    )  # with all of `read`, which code alone needs

    sections = sections_of(found, lambda file, line: place(line))
    return [
        {"title": one.title, **table(one.head, one.rows), "folded": one.folded}
        for one in sections
    ]


def _of_inspect(found: dict) -> tuple[str, list[dict]]:
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
    return about, [
        *({"title": title, "list": rows} for title, rows in told if rows),
        *(
            {"title": title, **table(head, rows)}
            for title, head, rows in tables
            if rows
        ),
    ]


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
    rows = []
    for one in found["arrays"]:
        value = "" if one["value"] is None else f" = {one['value']}"
        problem = f" ({one['problem']})" if one["problem"] else ""
        shape = f"({', '.join(map(str, one['shape']))}{',' * (len(one['shape']) == 1)})"
        name = f"`{one['path']}`" if one["path"] else "(all of it)"
        looks = f"{one['part']}{value}{problem}"
        rows.append([name, f"`{shape}`", one["dtype"], f"{one['bytes']:,}", looks])
    return rows


def _values(found: dict) -> list[list]:
    return [
        [
            f"`{one['path']}`" if one["path"] else "(all of it)",
            one["kind"],
            one["value"],
        ]
        for one in found["values"]
    ]
