"""What stands on the left of an assignment gets its value."""

import ast
from typing import Any

from .arithmetic import text_of
from .values import OPEN, Class, Env, Instance, Items, Table, Unknown


def bind(trace: Any, target: ast.expr, value: Any, env: Env) -> None:
    """Give the value to what stands on the left."""
    if isinstance(target, ast.Name):
        trace.set(env.names, target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(trace, target.elts, value, env)
    elif isinstance(target, ast.Starred):
        bind(trace, target.value, Unknown(text_of(target.value)), env)
    elif isinstance(target, ast.Attribute):
        owner = trace.evaluate(target.value, env)
        if isinstance(owner, (Instance, Class)):
            trace.set(owner.names, target.attr, value)
    elif isinstance(target, ast.Subscript):
        owner, key = (
            trace.evaluate(target.value, env),
            trace.evaluate(target.slice, env),
        )
        if isinstance(owner, Table) and isinstance(key, (str, int, bool)):
            trace.set(owner.names, key, value)
        elif isinstance(owner, Items):
            trace.set(owner.slots, OPEN, text_of(target))


def _unpack(trace: Any, targets: list[ast.expr], value: Any, env: Env) -> None:
    starred = any(isinstance(one, ast.Starred) for one in targets)
    known = isinstance(value, Items) and not value.open and not starred
    if known and len(value.values) == len(targets):
        for target, one in zip(targets, value.values, strict=True):
            bind(trace, target, one, env)
        return
    for target in targets:
        bind(trace, target, Unknown(text_of(target)), env)
