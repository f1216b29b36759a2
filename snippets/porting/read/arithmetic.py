"""What operators make of constants, and the text of what is not known."""

import ast
import functools
import operator
from typing import Any

from .values import Items, Table, Unknown, is_constant

LONGEST = 10_000  # of a string or number of digits that is computed
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


def is_array(value: Any) -> bool:
    """Whether a value is made of the inputs of a network."""
    return isinstance(value, Unknown) and value.is_array


@functools.lru_cache(maxsize=2**15)  # code that is followed often is met often
def whole_text(node: ast.AST) -> str:
    """The text of an expression on one line."""
    return " ".join(ast.unparse(node).split())


def text_of(node: ast.AST) -> str:
    """The text of an expression, cut if it is long."""
    text = whole_text(node)
    return text if len(text) <= 60 else f"{text[:57]}..."


def percent(pattern: str, values: Any, text: str) -> Any:
    """What `pattern % values` makes of constants."""
    given = tuple(values.values) if isinstance(values, Items) else (values,)
    if not all(is_constant(one) for one in given):
        return Unknown(text, True)
    try:
        return pattern % given
    except (TypeError, ValueError, OverflowError, MemoryError):
        return Unknown(text, True)


def computed(kind: type, text: str, *operands: Any) -> Any:
    """What an operator makes of constants; large things are not computed."""
    small = all(
        is_constant(one)
        and (not isinstance(one, int) or abs(one) < 10**12)
        and (not isinstance(one, (str, bytes)) or len(one) < LONGEST)
        for one in operands
    )
    strings = any(isinstance(one, (str, bytes)) for one in operands)
    if not small or kind not in _OPERATORS or (strings and kind is ast.Mult):
        return Unknown(text, True, any(map(is_array, operands)))
    try:
        return _OPERATORS[kind](*operands)
    except (TypeError, ValueError, ArithmeticError):
        return Unknown(text, True)


def contains(values: Any, value: Any) -> bool | None:
    """Whether a value is in a container; None if that is not known."""
    if isinstance(values, Table):
        known = values.names if not values.open else None
    elif isinstance(values, Items):
        known = values.values if not values.open else None
    else:
        known = values if isinstance(values, str) and isinstance(value, str) else None
    if known is None or not is_constant(value):
        return None
    if not isinstance(known, str) and not all(is_constant(one) for one in known):
        return None
    return value in known
