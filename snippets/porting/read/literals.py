"""Lists, dictionaries, strings and comprehensions."""

import ast
from typing import Any

from .arithmetic import text_of
from .binding import bind
from .lookup import told
from .loops import turns
from .values import (
    VALUES,
    Choice,
    Class,
    Env,
    External,
    Items,
    Table,
    Unknown,
    choice,
    is_constant,
    truth,
)


def listed(trace: Any, node: ast.List | ast.Tuple, env: Env) -> Items:
    """The values of a list or tuple."""
    made, reason = [], ""
    for part in node.elts:
        if isinstance(part, ast.Starred):
            value = trace.evaluate(part.value, env)
            if isinstance(value, Items) and not value.open:
                made += value.values
                continue
            reason = text_of(part)
            break
        made.append(trace.evaluate(part, env))
    return Items.of(made, reason)


def table_of(trace: Any, node: ast.Dict, env: Env) -> Table:
    """The values of a dictionary by constant keys."""
    table = Table({})
    for key, part in zip(node.keys, node.values, strict=True):
        value = trace.evaluate(part, env)
        name = trace.evaluate(key, env) if key else None
        if key is None and isinstance(value, Table):
            table.names |= value.names
            table.open = table.open or value.open
        elif key is not None and is_constant(name):
            table.names[name] = value
        else:
            table.open = text_of(node)
    return table


def subscript(trace: Any, node: ast.Subscript, env: Env) -> Any:
    """The value of `owner[key]`."""
    owner, key = trace.evaluate(node.value, env), trace.evaluate(node.slice, env)
    if isinstance(owner, Choice):
        return choice([(c, item(one, key, node)) for c, one in owner.options])
    return item(owner, key, node)


def item(owner: Any, key: Any, node: ast.Subscript) -> Any:
    """What is in a list or dictionary under a key; an unknown key may be any."""
    text = text_of(node)
    if isinstance(owner, Items) and type(key) is int:
        count = len(owner.values)
        if (0 if owner.open else -count) <= key < count:
            return owner.values[key]
    if (
        isinstance(owner, Items)
        and isinstance(node.slice, ast.Slice)
        and not owner.open
    ):
        bounds = [node.slice.lower, node.slice.upper, node.slice.step]
        try:
            numbers = [part and ast.literal_eval(part) for part in bounds]
        except ValueError:
            return Items.of([], text)
        return Items.of(owner.values[slice(*numbers)])
    if isinstance(owner, Table) and is_constant(key) and key in owner.names:
        return owner.names[key]
    if isinstance(owner, (Items, Table)) and isinstance(key, Unknown):
        values = (
            owner.values if isinstance(owner, Items) else list(owner.names.values())
        )
        if values and not owner.open and not all(is_constant(one) for one in values):
            return choice(
                [(f"if {text} is no. {n + 1}", v) for n, v in enumerate(values)]
            )
    if isinstance(owner, (External, Class)):  # such as `list[int]`
        return owner
    if isinstance(owner, Unknown):
        return Unknown(f"{owner.text}[...]", owner.is_array, owner.is_array)
    return Unknown(text)


def joined(trace: Any, node: ast.JoinedStr, env: Env) -> Any:
    """The text of an f-string, if all its parts are known."""
    parts = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            value = trace.evaluate(part.value, env)
            plain = part.conversion == -1 and part.format_spec is None
            known = isinstance(value, (str, int)) and not isinstance(value, bool)
            parts.append(str(value) if plain and known else None)
        else:
            parts.append(str(part.value))
    return Unknown(text_of(node), True) if None in parts else "".join(parts)


def comprehension(trace: Any, node: Any, env: Env) -> Any:
    """The values of a comprehension, which is a loop."""
    made = Items.of([])
    inner = Env(env.file, parent=env)

    def level(depth: int) -> None:
        if depth == len(node.generators):
            value = trace.evaluate(node.elt, inner)
            trace.set(made.slots, VALUES, [*made.values, value])
            return
        part = node.generators[depth]
        values = trace.evaluate(part.iter, inner)
        reason = f"for each of {told(trace, part.iter, inner)}"

        def turn(value: Any) -> None:
            bind(trace, part.target, value, inner)
            tests = [truth(trace.evaluate(test, inner)) for test in part.ifs]
            if all(test is not False for test in tests):
                with trace.under(
                    *(
                        text_of(t)
                        for t, k in zip(part.ifs, tests, strict=True)
                        if k is None
                    )
                ):
                    level(depth + 1)

        turns(trace, values, reason, turn)

    level(0)
    if made.open:  # the element of the second turn stands for all others
        trace.set(made.slots, VALUES, made.values[:1])
    return made


def dict_comprehension(trace: Any, node: ast.DictComp, env: Env) -> Any:
    """The same with keys."""
    pair = ast.copy_location(ast.Tuple([node.key, node.value], ast.Load()), node)
    listed = ast.copy_location(ast.ListComp(pair, node.generators), node)
    pairs = comprehension(trace, listed, env)
    table = Table({}, pairs.open)
    for one in pairs.values:
        if is_constant(one.values[0]):
            table.names[one.values[0]] = one.values[1]
        else:
            table.open = text_of(node)
    return table
