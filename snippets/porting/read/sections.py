"""What is told of files, as tables with titles: for a terminal, and for a page."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

Place = Callable[[str, int], str]  # a file and a line, in words
Cell = str | dict[str, str]  # backticks enclose code; a link has "text" and "link"


_COMMON = ("jax.numpy.", "jax.nn.")


class Section(NamedTuple):
    """A table with a title; `folded` if a page shows it when it is asked to."""

    title: str
    head: list[str]
    rows: list[list[Cell]]
    folded: bool = False


def sections_of(found: dict[str, Any], place: Place) -> list[Section]:
    """What `read_code` found, in the order in which a reader wants it.

    Args:
      found: the dictionary.
      place: says where a line is.

    Returns:
      The sections that have rows.
    """
    return [
        Section(title.format(**found), head.split(", "), rows, folded)
        for title, head, make, folded in _TABLES
        if (rows := list(make(found, place)))
    ]


def is_telling(use: dict[str, Any]) -> bool:
    """Whether a use is more than a keyword, or arithmetic, of which files are full."""
    return use["kind"] != "keyword" and not use["name"].startswith(_COMMON)


def _risks(found: dict, place: Place) -> Iterator[list[Cell]]:
    for one in found["risks"]:
        told = {"text": f"{one['code']}: {one['text']}", "link": one["address"]}
        yield [place(one["file"], one["line"]), told]


def _reading(found: dict, place: Place) -> Iterator[list[Cell]]:
    """A row for each section to read, or for a page of which all is to be read."""
    for page in found["reading"]:
        title: Cell = {"text": page["title"], "link": page["address"]}
        if not page["sections"]:
            yield [title, "all of it", "", f"{page['minutes']} min"]
        for one in page["sections"]:
            section = {"text": one["heading"], "link": one["address"]}
            yield [title, section, ", ".join(one["because"]), f"{one['minutes']} min"]
            title = ""


def _transforms(found: dict, place: Place) -> Iterator[list[Cell]]:
    for tree in found["trees"]:
        if tree["init"]:
            line = place(tree["file"], tree["line"])
            calls = [f"`hk.{tree['kind']}({tree['of']})`", tree["init"], tree["apply"]]
            yield [line, calls[0], *(f"`{one}`" for one in calls[1:])]


def _entries(found: dict, place: Place) -> Iterator[list[Cell]]:
    """A row for each module of a tree, whose arrays are made together."""
    for tree in found["trees"]:
        rows: dict[tuple, list[str]] = {}
        for one in tree["entries"]:
            key = (one["path"], one["kind"], *one["made"], "; ".join(one["depends"]))
            rows.setdefault(key, []).append(one["name"])
        of = f"`{tree['of']}`"
        for (path, kind, file, line, depends), names in rows.items():
            arrays = f"{', '.join(names)}{' (state)' * (kind == 'state')}"
            yield [of, f"`{path}`", arrays, place(file, line), depends]
            of = ""
        if tree["note"]:
            yield [of, "", "", "", tree["note"]]


def _run(found: dict, place: Place) -> Iterator[list[Cell]]:
    predicted = {"known": "yes", "depends": "with a condition", "no": "no"}
    for one in found.get("run", ()):
        if one["predicted"] == "wrong":
            yield [f"`{one['path']}`", "", "", "", "yes, and it is not there"]
            continue
        shape = "x".join(map(str, one["shape"])) or "scalar"
        line = place(one["file"], one["line"]) if one["file"] else ""
        yield [
            f"`{one['path']}`",
            shape,
            one["dtype"],
            line,
            predicted[one["predicted"]],
        ]


def _classes(found: dict, place: Place) -> Iterator[list[Cell]]:
    for one in found["classes"]:
        kinds = ", a module" * bool(one["module"]) + ", a dataclass" * one["dataclass"]
        made = f"`{one['made_with']}`" if one["made_with"] else ""
        what = f"`{one['name']}({', '.join(one['bases'])})`{kinds}"
        yield [place(one["file"], one["line"]), what, made]


def _leaves(found: dict, place: Place) -> Iterator[list[Cell]]:
    for one in found["leaves"]:
        rest = {key: one[key] for key in one if key not in ("file", "line", "call")}
        given = ", ".join(f"{key}={value}" for key, value in rest.items())
        yield [place(one["file"], one["line"]), f"`hk.{one['call']}`", f"`{given}`"]


def _around(found: dict, place: Place) -> Iterator[list[Cell]]:
    for one in found["around"]:
        lines = ", ".join(place(one["file"], line) for line in one["lines"])
        yield [one["topic"], f"`{one['name']}`", lines]


def _uses(found: dict, place: Place) -> Iterator[list[Cell]]:
    """A row for each name."""
    for one in found["uses"]:
        name = "" if one["kind"] == "idiom" else f"`{one['name']}`"
        name += ", as a base" * (one["kind"] == "base")
        words = one["section"] or "look it up"
        where = {"text": words, "link": one["address"]} if one["address"] else ""
        lines = dict.fromkeys(place(file, line) for file, line in one["places"])
        yield [name, ", ".join(lines), one["text"], where]


_TABLES = (
    ("Lines at risk", "line, what", _risks, False),
    (
        "What to read, about {minutes} minutes",
        "page, section, because of, minutes",
        _reading,
        False,
    ),
    ("What is transformed", "line, function, init, apply", _transforms, False),
    (
        "Parameters and states, as far as the text tells",
        "of, module, arrays, made in line, depends on",
        _entries,
        False,
    ),
    (
        "The same at run time",
        "array, shape, dtype, asked for in line, predicted",
        _run,
        False,
    ),
    ("Classes", "line, class, made with", _classes, True),
    (
        "Calls that ask for parameters and states",
        "line, call, given",
        _leaves,
        True,
    ),
    ("State, keys, hooks, axes and devices", "topic, name, lines", _around, True),
    (
        "Names that it uses, and where they are explained",
        "name, lines, what it is, where",
        _uses,
        True,
    ),
)
