"""Python's own functions that make, count or sort what loops go over."""

from typing import Any

from .values import (
    Choice,
    Class,
    External,
    Function,
    Instance,
    Items,
    Partial,
    Table,
    Unknown,
    is_constant,
)

MOST_ITEMS = 300


def _range(args: list, keywords: dict, text: str) -> Any:
    if args and all(type(one) is int for one in args) and 0 not in args[2:]:
        numbers = range(*args)
        if len(numbers) <= MOST_ITEMS:
            return Items.of(list(numbers))
    if len(args) == 1:  # a loop is taken to run at least once
        return Items.of([0], text)
    return Items.of(args[:1] if args and type(args[0]) is int else [], text)


def _enumerate(args: list, keywords: dict, text: str) -> Any:
    start = keywords.get("start", args[1] if len(args) > 1 else 0)
    values = args[0] if args else Unknown(text)
    if type(start) is not int:
        return Items.of([], text)
    if not isinstance(values, Items):
        first = Unknown(f"one of {getattr(values, 'text', text)}")
        return Items.of([Items.of([start, first])], text)
    listed = values.values or [Unknown(f"one of {text}")] * bool(values.open)
    pairs = [Items.of([start + n, one]) for n, one in enumerate(listed)]
    return Items.of(pairs, values.open)


def _zip(args: list, keywords: dict, text: str) -> Any:
    closed = [
        len(one.values) for one in args if isinstance(one, Items) and not one.open
    ]
    if not closed:
        known = [one for one in args if isinstance(one, Items)]
        count, reason = max((len(one.values) for one in known), default=0), text
    else:
        count, reason = min(closed), ""
    rows = [Items.of([_at(one, n, text) for one in args]) for n in range(count)]
    return Items.of(rows, reason)


def _at(values: Any, place: int, text: str) -> Any:
    if isinstance(values, Items) and place < len(values.values):
        return values.values[place]
    return Unknown(f"one of {getattr(values, 'text', text)}")


def _len(args: list, keywords: dict, text: str) -> Any:
    one = args[0] if args else None
    if isinstance(one, str):
        return len(one)
    if isinstance(one, Items) and not one.open:
        return len(one.values)
    if isinstance(one, Table) and not one.open:
        return len(one.names)
    return Unknown(text, True)


def _list(args: list, keywords: dict, text: str) -> Any:
    one = args[0] if args else Items.of([])
    if isinstance(one, Items):
        return Items.of(one.values, one.open)
    if isinstance(one, Table):
        return Items.of(list(one.names), one.open)
    if isinstance(one, str):
        return Items.of(list(one))
    return Items.of([], text)


def _reversed(args: list, keywords: dict, text: str) -> Any:
    one = _list(args, keywords, text)
    return Items.of([], text) if one.open else Items.of(one.values[::-1])


def _sorted(args: list, keywords: dict, text: str) -> Any:
    one = _list(args, keywords, text)
    try:
        return (
            Items.of([], text) if one.open or keywords else Items.of(sorted(one.values))
        )
    except TypeError:
        return Items.of([], text)


def _dict(args: list, keywords: dict, text: str) -> Any:
    table = Table(
        {k: v for k, v in keywords.items() if k != "**"}, "**" * ("**" in keywords)
    )
    if args and isinstance(args[0], Table):
        return Table(args[0].names | table.names, args[0].open or table.open)
    return Table(table.names, table.open or text) if args else table


def _string(args: list, keywords: dict, text: str) -> Any:
    one = args[0] if args else ""
    return str(one) if isinstance(one, (str, int)) else Unknown(text, True)


def _number(args: list, keywords: dict, text: str) -> Any:
    one = args[0] if args else 0
    known = isinstance(one, (int, float)) and abs(one) < 10**12
    return int(one) if known else Unknown(text, True)


def _type(args: list, keywords: dict, text: str) -> Any:
    return (
        args[0].cls
        if len(args) == 1 and isinstance(args[0], Instance)
        else Unknown(text)
    )


def _isinstance(args: list, keywords: dict, text: str) -> Any:
    if len(args) != 2 or isinstance(args[0], (Unknown, Choice, External)):
        return Unknown(text, True)
    kinds = args[1].values if isinstance(args[1], Items) else [args[1]]
    if isinstance(args[0], Instance) and all(isinstance(one, Class) for one in kinds):
        return any(one in args[0].cls.mro() for one in kinds)
    plain = {"int": int, "str": str, "float": float, "bool": bool}
    names = [one.full.rpartition(".")[2] for one in kinds if isinstance(one, External)]
    if (
        is_constant(args[0])
        and len(names) == len(kinds)
        and all(n in plain for n in names)
    ):
        return isinstance(args[0], tuple(plain[n] for n in names))
    return Unknown(text, True)


def _callable(args: list, keywords: dict, text: str) -> Any:
    if args and isinstance(args[0], (Function, Class, Partial)):
        return True
    return False if args and is_constant(args[0]) else Unknown(text, True)


BUILTINS = {
    "range": _range,
    "enumerate": _enumerate,
    "zip": _zip,
    "len": _len,
    "list": _list,
    "tuple": _list,
    "reversed": _reversed,
    "sorted": _sorted,
    "dict": _dict,
    "str": _string,
    "int": _number,
    "type": _type,
    "isinstance": _isinstance,
    "callable": _callable,
}
