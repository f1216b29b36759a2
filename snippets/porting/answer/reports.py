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
    sections = [
        ("Lines at risk", ["line", "what"], _risks(found, place), False),
        (
            f"What to read, about {found['minutes']} minutes",
            ["page", "section", "because of", "minutes"],
            _reading(found),
            False,
        ),
        (
            "What is transformed",
            ["line", "function", "init", "apply"],
            _transforms(found, place),
            False,
        ),
        (
            "Parameters and states, as far as the text tells",
            ["module", "arrays", "made in line", "depends on"],
            _entries(found, place),
            False,
        ),
        ("Classes", ["line", "class", "made with"], _classes(found, place), True),
        (
            "Calls that ask for parameters and states",
            ["line", "call", "given"],
            _leaves(found, place),
            True,
        ),
        (
            "State, keys, hooks, axes and devices",
            ["topic", "name", "lines"],
            _around(found, place),
            True,
        ),
        (
            "Names that it uses, and where they are explained",
            ["name", "lines", "what it is", "where"],
            _uses(found, place),
            True,
        ),
    ]
    return [
        {"title": title, **table(head, rows), "folded": folded}
        for title, head, rows, folded in sections
        if rows
    ]


def _risks(found: dict, place: Callable[[int], str]) -> list[list]:
    return [
        [place(one["line"]), {"text": one["text"], "link": one["address"]}]
        for one in found["risks"]
    ]


def _reading(found: dict) -> list[list]:
    """A row for each section to read, or for a page of which all is to be read."""
    rows = []
    for page in found["reading"]:
        title = {"text": page["title"], "link": page["address"]}
        if not page["sections"]:
            rows.append([title, "all of it", "", str(page["minutes"])])
        for one in page["sections"]:
            section = {"text": one["heading"], "link": one["address"]}
            because = ", ".join(one["because"])
            rows.append([title, section, because, str(one["minutes"])])
            title = ""
    return rows


def _transforms(found: dict, place: Callable[[int], str]) -> list[list]:
    return [
        [
            place(tree["line"]),
            f"`hk.{tree['kind']}({tree['of']})`",
            f"`{tree['init']}`",
            f"`{tree['apply']}`",
        ]
        for tree in found["trees"]
        if tree["init"]
    ]


def _entries(found: dict, place: Callable[[int], str]) -> list[list]:
    """A row for each module of a tree, whose arrays are made together."""
    rows: dict[tuple, list[str]] = {}
    for tree in found["trees"]:
        for one in tree["entries"]:
            depends = "; ".join(one["depends"])
            key = (one["path"], one["kind"], place(one["made"][1]), depends)
            rows.setdefault(key, []).append(one["name"])
    return [
        [
            f"`{path}`",
            f"{', '.join(names)}{' (state)' * (kind == 'state')}",
            at,
            depends,
        ]
        for (path, kind, at, depends), names in rows.items()
    ]


def _classes(found: dict, place: Callable[[int], str]) -> list[list]:
    return [
        [
            place(one["line"]),
            f"`{one['name']}({', '.join(one['bases'])})`"
            + ", a dataclass" * one["dataclass"],
            f"`{one['made_with']}`" if one["made_with"] else "",
        ]
        for one in found["classes"]
    ]


def _leaves(found: dict, place: Callable[[int], str]) -> list[list]:
    rows = []
    for one in found["leaves"]:
        rest = {key: one[key] for key in one if key not in ("file", "line", "call")}
        given = ", ".join(f"{key}={value}" for key, value in rest.items())
        rows.append([place(one["line"]), f"`hk.{one['call']}`", f"`{given}`"])
    return rows


def _around(found: dict, place: Callable[[int], str]) -> list[list]:
    return [
        [one["topic"], f"`{one['name']}`", ", ".join(map(place, one["lines"]))]
        for one in found["around"]
    ]


def _uses(found: dict, place: Callable[[int], str]) -> list[list]:
    """A row for each name; keywords are shown where their functions are explained."""
    rows = {}
    for one in found["uses"]:
        if one["kind"] != "keyword":
            name = "" if one["kind"] == "idiom" else f"`{one['name']}`"
            words = one["section"] or "look it up"
            where = {"text": words, "link": one["address"]} if one["address"] else ""
            lines = ", ".join(dict.fromkeys(place(line) for _, line in one["places"]))
            rows.setdefault(one["name"], [name, lines, one["text"], where])
    return list(rows.values())


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
