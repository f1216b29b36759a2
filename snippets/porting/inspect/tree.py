"""The rows of a table: each array and each value in a file, under its path."""

import hashlib
from typing import Any, NamedTuple

from .budget import MOST_DEPTH, Budget, StoppedError
from .records import LIST, MAPPING, SET, Array, Record, Told, text_of
from .values import children, is_code, label, plain

MOST_TEXT = 200  # characters of a key


class Same(tuple[str, ...]):
    """The keys of something that was listed before."""


class Row(NamedTuple):
    """An array, or a value that is none, and where it lies."""

    keys: tuple[str, ...]
    value: Array | Same | str  # a value as text
    kind: str  # of a value
    classes: tuple[str, ...]  # of the objects around it


def rows_of(root: Any, budget: Budget) -> tuple[list[Row], str]:
    """List what lies below a root, in its order.

    Something that is there twice is listed once; the second time it is named. Returns
    the rows, and the end of a sentence if the budget did not suffice for all.
    """
    walk = _Walk(budget)
    try:
        walk.run(root)
    except StoppedError as stopped:
        return walk.rows, str(stopped)
    return walk.rows, ""


def digests(rows: list[Row], budget: Budget) -> list[str]:
    """The SHA-256 of each array's bytes; empty where there are none, or too many."""
    seen: dict[int, str] = {}
    found = []
    for row in rows:
        array = row.value
        if isinstance(array, Array) and id(array) not in seen:
            seen[id(array)] = _digest(array, budget)
        found.append(seen.get(id(array), ""))
    return found


def _digest(array: Array, budget: Budget) -> str:
    if array.data is None or not budget.hash(array.nbytes):
        return ""
    try:
        data = array.stored()
    except StoppedError:
        return ""
    return "" if data is None else hashlib.sha256(data).hexdigest()


class _Walk:
    def __init__(self, budget: Budget):
        self.budget = budget
        self.rows: list[Row] = []
        self.seen: dict[int, tuple[str, ...]] = {}
        self.made: dict[int, Any] = {}  # by the id of a record
        self.kept: list[Any] = []  # so that no id is used twice
        self.left: list[tuple[tuple[str, ...], Any, tuple[str, ...]]] = []

    def run(self, root: Any) -> None:
        self.left.append(((), root, ()))
        while self.left:
            keys, node, classes = self.left.pop()
            self.budget.step()
            self.visit(keys, node, classes)

    def visit(self, keys: tuple[str, ...], node: Any, classes: tuple[str, ...]) -> None:
        made = self.made.get(id(node), node)
        if isinstance(made, Record):
            made = self.made[id(node)] = plain(made)
            self.kept.append(node)
        if isinstance(made, Array):
            self.rows.append(Row(keys, made, "array", classes))
        elif isinstance(made, Record) or (type(made) is tuple and made):
            self.open(keys, node, made, classes)
        else:
            kind = kind_of(made)
            self.rows.append(Row(keys, text_of(made), kind, classes))

    def open(self, keys: tuple[str, ...], node: Any, made: Any, classes: tuple) -> None:
        """List what is in a container, or say why not."""
        kind = label(made.of) if isinstance(made, Record) else "tuple"
        if id(node) in self.seen:
            self.rows.append(Row(keys, Same(self.seen[id(node)]), kind, classes))
            return
        self.seen[id(node)] = keys
        if len(keys) >= MOST_DEPTH:
            raise StoppedError(f"is nested more than {MOST_DEPTH} levels deep.")
        if isinstance(made, Record) and is_code(made):
            self.rows.append(Row(keys, "code that the file carries", kind, classes))
            return
        inside = _inside(made)
        self.budget.step(len(inside))
        ordered = kind in (LIST, SET, "tuple") or kind.startswith("torch.Size")
        if not inside or (ordered and all(_is_plain(value) for _, value in inside)):
            values = [value for _, value in inside]
            self.rows.append(Row(keys, _line(values, kind), kind, classes))
            return
        within = classes if kind in (MAPPING, LIST, SET, "tuple") else (*classes, kind)
        below = [((*keys, key_text(key)), value, within) for key, value in inside]
        self.left += reversed(below)


def kind_of(value: Any) -> str:
    """The type of a plain value, as a word."""
    if isinstance(value, (Told, tuple)):
        return "tuple" if value == () else ""
    return type(value).__name__.lower()


def key_text(key: Any) -> str:
    """A key of a dictionary, or a place in a list, as text."""
    if type(key) is str and len(key) <= MOST_TEXT:
        return key
    if type(key) is tuple and len(key) < 5 and all(map(_is_plain, key)):
        return f"({', '.join(text_of(part, 40) for part in key)})"[:MOST_TEXT]
    return (
        text_of(key, MOST_TEXT) if _is_plain(key) else f"({type(key).__name__.lower()})"
    )


def _inside(made: Record | tuple) -> list[tuple[Any, Any]]:
    if isinstance(made, Record):
        return children(made)
    return list(enumerate(made))


def _is_plain(value: Any) -> bool:
    return not isinstance(value, (Array, Record, tuple)) or value == ()


def _line(values: list, kind: str) -> str:
    """Plain values in a row, as one line."""
    if not values:
        return f"empty {kind}" if kind in (MAPPING, LIST, SET, "tuple") else "no fields"
    if len(values) > 8:
        kinds = sorted({type(value).__name__ for value in values})
        return f"{len(values)} values ({', '.join(kinds[:4])})"
    return f"[{', '.join(text_of(value, 20) for value in values)}]"
