"""Parameters of a function meet the arguments of a call."""

from typing import Any

from .values import Env, Function, Items, Table, Unknown


def fill_parameters(
    trace: Any, function: Function, args: list, keywords: dict, env: Env
) -> None:
    """Bind the parameters of a function to arguments, defaults or unknown values."""
    given, left = function.node.args, dict(keywords)
    positional = [*given.posonlyargs, *given.args]
    defaults = dict(
        zip([a.arg for a in positional][::-1], given.defaults[::-1], strict=False)
    )
    defaults |= {
        a.arg: d
        for a, d in zip(given.kwonlyargs, given.kw_defaults, strict=True)
        if d is not None
    }
    rest = list(args)
    spread = next((n for n, one in enumerate(rest) if _is_spread(one)), len(rest))
    for place, parameter in enumerate([*positional, *given.kwonlyargs]):
        name = parameter.arg
        if place < len(positional) and place < min(len(rest), spread):
            value = rest[place]
        elif name in left:
            value = left.pop(name)
        elif (place < len(positional) and spread < len(rest)) or "**" in keywords:
            value = Unknown(name)
        elif name in defaults:
            value = trace.evaluate(defaults[name], function.env)
        else:
            value = Unknown(name)
        env.names[name] = value
    if given.vararg:
        more = rest[len(positional) :]
        is_open = any(map(_is_spread, rest))
        env.names[given.vararg.arg] = Items.of(
            [] if is_open else more, f"*{given.vararg.arg}" if is_open else ""
        )
    if given.kwarg:
        names = {key: value for key, value in left.items() if key != "**"}
        env.names[given.kwarg.arg] = Table(
            names, f"**{given.kwarg.arg}" * ("**" in left)
        )


def _is_spread(value: Any) -> bool:
    return isinstance(value, Unknown) and value.text.startswith("*")
