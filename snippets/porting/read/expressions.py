"""Expressions, followed without running them."""

import ast
from typing import Any

from .arithmetic import computed, contains, is_array, percent, text_of
from .attributes import attribute
from .literals import (
    comprehension,
    dict_comprehension,
    joined,
    listed,
    subscript,
    table_of,
)
from .lookup import told, value_of
from .values import (
    Class,
    Env,
    External,
    Function,
    Instance,
    Items,
    Super,
    Table,
    Unknown,
    is_constant,
    is_none,
    merged,
    truth,
)


def evaluate(trace: Any, node: ast.expr, env: Env) -> Any:
    """The value of an expression."""
    handler = _HANDLERS.get(type(node))
    if handler:
        return handler(trace, node, env)
    parts = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
    values = [trace.evaluate(part, env) for part in parts]
    return Unknown(text_of(node), True, any(map(is_array, values)))


def _constant(trace: Any, node: ast.Constant, env: Env) -> Any:
    return node.value if node.value is not ... else Unknown("...")


def _attribute(trace: Any, node: ast.Attribute, env: Env) -> Any:
    return attribute(trace, trace.evaluate(node.value, env), node.attr, text_of(node))


def _call(trace: Any, node: ast.Call, env: Env) -> Any:
    sketch = env.file is trace.project.sketches
    here = trace.here if sketch else (env.file.name, node.lineno)
    function = trace.evaluate(node.func, env)
    if isinstance(function, External) and function.full == "builtins.super":
        return _super(trace, env)
    args, keywords, starred = [], {}, False
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            value = trace.evaluate(argument.value, env)
            known = isinstance(value, Items) and not value.open
            args += value.values if known else [Unknown(f"*{text_of(argument.value)}")]
            starred = starred or not known
        else:
            args.append(trace.evaluate(argument, env))
    for keyword in node.keywords:
        value = trace.evaluate(keyword.value, env)
        if keyword.arg:
            keywords[keyword.arg] = value
        elif isinstance(value, Table):
            keywords |= {
                key: v for key, v in value.names.items() if isinstance(key, str)
            }
            if value.open:
                keywords["**"] = Unknown(value.open)
        else:
            keywords["**"] = Unknown(f"**{text_of(keyword.value)}")
    trace.here = here
    value = trace.call(function, args, keywords, node)
    trace.here = here
    return value


def _super(trace: Any, env: Env) -> Any:
    scope: Env | None = env
    while scope is not None and scope.owner is None:
        scope = scope.parent
    if scope is None or not isinstance(scope.me, Instance):
        return Unknown("super()")
    return Super(scope.me, scope.owner)


def _lambda(trace: Any, node: ast.Lambda, env: Env) -> Function:
    return Function(node, env)


def _if_else(trace: Any, node: ast.IfExp, env: Env) -> Any:
    known = truth(trace.evaluate(node.test, env))
    if known is not None:
        return trace.evaluate(node.body if known else node.orelse, env)
    condition = f"if {told(trace, node.test, env)}"
    one, two = trace.both(
        condition,
        lambda: trace.evaluate(node.body, env),
        lambda: trace.evaluate(node.orelse, env),
    )
    return merged(condition, one, two)


def _and_or(trace: Any, node: ast.BoolOp, env: Env) -> Any:
    stops = isinstance(node.op, ast.Or)
    value: Any = None
    unknown = False
    for part in node.values:
        value = trace.evaluate(part, env)
        known = truth(value)
        if known is stops and not unknown:
            return value
        if known is stops:  # whatever the others are
            return (
                True if stops and is_constant(value) else Unknown(text_of(node), stops)
            )
        unknown = unknown or known is None
    return Unknown(text_of(node)) if unknown else value


def _not(trace: Any, node: ast.UnaryOp, env: Env) -> Any:
    value = trace.evaluate(node.operand, env)
    if isinstance(node.op, ast.Not):
        known = truth(value)
        return Unknown(text_of(node), True) if known is None else not known
    return computed(type(node.op), text_of(node), value)


def _binary(trace: Any, node: ast.BinOp, env: Env) -> Any:
    one, two = trace.evaluate(node.left, env), trace.evaluate(node.right, env)
    if isinstance(node.op, ast.Mod) and isinstance(one, str):
        return percent(one, two, text_of(node))
    if (
        isinstance(one, Items)
        and isinstance(two, Items)
        and isinstance(node.op, ast.Add)
    ):
        if one.open:
            return Items.of(one.values, one.open)
        return Items.of(one.values + two.values, two.open)
    pair = (one, two) if isinstance(one, Items) else (two, one)
    if isinstance(pair[0], Items) and isinstance(node.op, ast.Mult):
        if type(pair[1]) is int and not pair[0].open and pair[1] < 1000:
            return Items.of(pair[0].values * pair[1])
        return Items.of(pair[0].values, text_of(node))
    return computed(type(node.op), text_of(node), one, two)


def _compare(trace: Any, node: ast.Compare, env: Env) -> Any:
    values = [trace.evaluate(part, env) for part in (node.left, *node.comparators)]
    if len(values) > 2:
        return Unknown(text_of(node), True)
    (one, two), kind = values, type(node.ops[0])
    if kind in (ast.Is, ast.IsNot, ast.Eq, ast.NotEq) and (one is None or two is None):
        known = is_none(two if one is None else one)
        if known is None:
            return Unknown(text_of(node), True)
        return known if kind in (ast.Is, ast.Eq) else not known
    if kind in (ast.In, ast.NotIn):
        known = contains(two, one)
        return (
            Unknown(text_of(node), True) if known is None else known is (kind is ast.In)
        )
    if kind in (ast.Is, ast.IsNot) and isinstance(one, (Class, Instance, Function)):
        return (
            (one is two) is (kind is ast.Is)
            if not isinstance(two, Unknown)
            else Unknown(text_of(node), True)
        )
    kind = {ast.Is: ast.Eq, ast.IsNot: ast.NotEq}.get(kind, kind)
    return computed(kind, text_of(node), one, two)


def _walrus(trace: Any, node: ast.NamedExpr, env: Env) -> Any:
    value = trace.evaluate(node.value, env)
    trace.set(env.names, node.target.id, value)
    return value


_HANDLERS = {
    ast.Constant: _constant,
    ast.Name: value_of,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Lambda: _lambda,
    ast.IfExp: _if_else,
    ast.BoolOp: _and_or,
    ast.UnaryOp: _not,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.List: listed,
    ast.Tuple: listed,
    ast.Dict: table_of,
    ast.Subscript: subscript,
    ast.JoinedStr: joined,
    ast.ListComp: comprehension,
    ast.SetComp: comprehension,
    ast.GeneratorExp: comprehension,
    ast.DictComp: dict_comprehension,
    ast.NamedExpr: _walrus,
}
