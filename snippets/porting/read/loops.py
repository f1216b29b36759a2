"""Loops, turn by turn as far as the turns are known."""

import ast
from typing import Any

from .binding import bind
from .lookup import told
from .values import Env, Items, Unknown, truth

MOST_TURNS = 300


class Return:
    """That a function ended, and its value."""

    def __init__(self, value: Any):
        self.value = value


RAISED, BREAK, CONTINUE = Return(None), Return(None), Return(None)


def follow_for(trace: Any, node: ast.For, env: Env) -> Return | None:
    """Follow a `for` loop."""
    values = trace.evaluate(node.iter, env)
    reason = f"for each of {told(trace, node.iter, env)}"
    return turns(
        trace, values, reason, lambda value: _turn(trace, node, value, env), node
    )


def _turn(trace: Any, node: ast.For, value: Any, env: Env) -> Return | None:
    bind(trace, node.target, value, env)
    return trace.execute(node.body, env)


def turns(trace: Any, values: Any, reason: str, turn: Any, node: Any = None) -> Any:
    """Follow a loop: the turns that are known, else a first and one for all others."""
    from .trace import conditional, spoil

    items = values.values if isinstance(values, Items) else []
    is_open = values.open if isinstance(values, Items) else reason
    for value in items[:MOST_TURNS]:
        ended = turn(value)
        if ended is BREAK:
            return None
        if isinstance(ended, Return) and ended is not CONTINUE:
            return ended
    if not is_open:
        return None
    with trace.journaled() as journal:
        if not items:
            turn(Unknown(reason.replace("for each", "one", 1)))
        with trace.journaled() as further, trace.under(reason):
            turn(Unknown(reason.replace("for each", "one", 1)))
        conditional(further, reason)
    spoil(trace, list(journal), reason)
    return None


def follow_while(trace: Any, node: ast.While, env: Env) -> None:
    """Follow a `while` loop, which runs at least once if that is not known."""
    for _ in range(MOST_TURNS):
        known = truth(trace.evaluate(node.test, env))
        if not known:
            break
        if trace.execute(node.body, env) is not None:
            return
    if known is None:
        reason = f"while {told(trace, node.test, env)}"
        with trace.under(reason):
            turns(trace, None, reason, lambda _: trace.execute(node.body, env))
