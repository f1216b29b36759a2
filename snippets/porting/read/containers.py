"""Methods of lists, dictionaries and strings."""

import ast
from typing import Any

from .arithmetic import text_of
from .values import OPEN, VALUES, Items, Table, Unknown, is_constant


def method(
    trace: Any,
    me: Items | Table | str,
    name: str,
    args: list,
    keywords: dict,
    node: Any,
) -> Any:
    """A method of a list, a dictionary or a string."""
    text = text_of(node) if isinstance(node, ast.AST) else name
    if isinstance(me, Items):
        return _of_list(trace, me, name, args, text)
    if isinstance(me, Table):
        return _of_table(trace, me, name, args, text)
    known = all(isinstance(one, (str, int)) for one in (*args, *keywords.values()))
    plain = {
        "lower",
        "upper",
        "strip",
        "replace",
        "split",
        "startswith",
        "endswith",
        "format",
    }
    plain |= {"removeprefix", "removesuffix", "title", "capitalize", "rstrip", "lstrip"}
    if known and name in plain:
        try:
            value = getattr(me, name)(*args, **keywords)
        except (TypeError, ValueError, LookupError, AttributeError):
            return Unknown(text, True)
        return Items.of(value) if isinstance(value, list) else value
    parts = args[0] if name == "join" and args else None
    if isinstance(parts, Items) and not parts.open:
        known = all(isinstance(one, str) for one in parts.values)
        return me.join(parts.values) if known else Unknown(text, True)
    return Unknown(text, True)


def _of_list(trace: Any, me: Items, name: str, args: list, text: str) -> Any:
    if name == "append" and args:
        trace.set(me.slots, VALUES, [*me.values, args[0]])
    elif name in ("extend", "__iadd__") and args:
        more = args[0]
        known = isinstance(more, Items)
        trace.set(me.slots, VALUES, [*me.values, *(more.values if known else [])])
        if not known or more.open:
            trace.set(me.slots, OPEN, more.open if known else text)
    elif name == "insert" and len(args) == 2 and args[0] == 0:
        trace.set(me.slots, VALUES, [args[1], *me.values])
    elif name == "pop" and me.values and not me.open and args in ([], [0], [-1]):
        place = args[0] if args else -1
        left = list(me.values)
        value = left.pop(place)
        trace.set(me.slots, VALUES, left)
        return value
    elif name == "copy":
        return Items.of(me.values, me.open)
    elif name in ("insert", "pop", "remove", "clear", "sort", "reverse"):
        trace.set(me.slots, OPEN, text)
    return Unknown(text, True) if name in ("pop", "index", "count") else None


def _of_table(trace: Any, me: Table, name: str, args: list, text: str) -> Any:
    if name in ("get", "pop", "setdefault") and args and is_constant(args[0]):
        if args[0] in me.names:
            value = me.names[args[0]]
            if name == "pop":
                trace.set(me.names, args[0], Unknown(text))
            return value
        default = args[1] if len(args) > 1 else None
        if name == "setdefault" and not me.open:
            trace.set(me.names, args[0], default)
        return Unknown(text) if me.open else default
    if name in ("items", "keys", "values"):
        pairs = {"items": [Items.of(pair) for pair in me.names.items()]}
        pairs |= {"keys": list(me.names), "values": list(me.names.values())}
        return Items.of(pairs[name], me.open)
    if name == "copy":
        return Table(dict(me.names), me.open)
    if name == "update" and args and isinstance(args[0], Table) and not args[0].open:
        for key, value in args[0].names.items():
            trace.set(me.names, key, value)
        return None
    if name in ("update", "clear", "popitem"):
        for key in me.names:
            trace.set(me.names, key, Unknown(text))
    return Unknown(text)
