"""Statements, followed without running them."""

import ast
from typing import Any

from .arithmetic import text_of
from .binding import bind
from .lookup import told
from .loops import BREAK, CONTINUE, RAISED, Return, follow_for, follow_while
from .naming import Frame
from .values import Bound, Class, Env, External, Function, Unknown, merged, truth


def execute(trace: Any, body: list[ast.stmt], env: Env) -> Return | None:
    """Follow statements until one ends them."""
    for place, node in enumerate(body):
        if env.file is not trace.project.sketches:
            trace.here = (env.file.name, node.lineno)
        if isinstance(node, ast.If):
            ended = _if(trace, node, body[place + 1 :], env)
            if isinstance(ended, _Whole):
                return ended.value
        else:
            ended = _statement(trace, node, env)
        if ended is not None:
            return ended
    return None


class _Whole:
    """That an `if` and all after it was followed."""

    def __init__(self, value: Return | None):
        self.value = value


def _if(trace: Any, node: ast.If, rest: list[ast.stmt], env: Env) -> Any:
    test = trace.evaluate(node.test, env)
    known = truth(test)
    if known is not None:
        if "running_init" in text_of(node.test):
            _outside_init(trace, node.orelse if known else node.body, env)
        return execute(trace, node.body if known else node.orelse, env)
    condition = f"if {told(trace, node.test, env)}"
    if _raises(node.body) or _raises(node.orelse):  # a run that goes on took the other
        return execute(trace, node.orelse if _raises(node.body) else node.body, env)
    leaves = [_leaves(node.body), _leaves(node.orelse)]
    bodies = [node.body + rest * (not leaves[0]), node.orelse + rest * (not leaves[1])]
    if not any(leaves):
        bodies = [node.body, node.orelse]
    one, two = trace.both(
        condition,
        lambda: execute(trace, bodies[0], env),
        lambda: execute(trace, bodies[1], env),
    )
    ended = _joined(condition, one, two)
    return _Whole(ended) if any(leaves) else ended


def _outside_init(trace: Any, body: list[ast.stmt], env: Env) -> None:
    """Note states that only `apply` makes, in a branch that `init` does not take."""
    for part in ast.walk(ast.Module(body, type_ignores=[])):
        if isinstance(part, ast.Call) and part.args:
            called = text_of(part.func).rpartition(".")[2]
            name = getattr(part.args[0], "value", None)
            if called in ("set_state", "get_state") and isinstance(name, str):
                trace.note("apply-state", name, (env.file.name, part.lineno))


def _joined(condition: str, one: Return | None, two: Return | None) -> Any:
    if one is RAISED or two is RAISED:
        return two if one is RAISED else one
    special = (BREAK, CONTINUE)
    if one is None or two is None or one in special or two in special:
        return one if one is two else None
    return Return(merged(condition, one.value, two.value))


def _raises(body: list[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], ast.Raise)


def _leaves(body: list[ast.stmt]) -> bool:
    """Whether a branch certainly ends the function."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, ast.If):
        return _leaves(last.body) and _leaves(last.orelse)
    return isinstance(last, ast.Return)


def _statement(trace: Any, node: ast.stmt, env: Env) -> Return | None:
    handler = _HANDLERS.get(type(node))
    if handler:
        return handler(trace, node, env)
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.expr) and not isinstance(node, ast.Delete):
            trace.evaluate(part, env)
    return None


def _return(trace: Any, node: ast.Return, env: Env) -> Return:
    return Return(trace.evaluate(node.value, env) if node.value else None)


def _assign(trace: Any, node: ast.Assign, env: Env) -> None:
    value = trace.evaluate(node.value, env)
    for target in node.targets:
        bind(trace, target, value, env)


def _annotated(trace: Any, node: ast.AnnAssign, env: Env) -> None:
    if node.value:
        bind(trace, node.target, trace.evaluate(node.value, env), env)


def _augmented(trace: Any, node: ast.AugAssign, env: Env) -> None:
    load = ast.copy_location(
        ast.BinOp(_loading(node.target), node.op, node.value), node
    )
    bind(trace, node.target, trace.evaluate(load, env), env)


def _loading(target: ast.expr) -> ast.expr:
    fields = {name: getattr(target, name) for name in target._fields}
    return ast.copy_location(type(target)(**fields | {"ctx": ast.Load()}), target)


def _define(trace: Any, node: ast.FunctionDef, env: Env) -> None:
    trace.set(env.names, node.name, decorated(trace, node, env))


def decorated(trace: Any, node: ast.FunctionDef, env: Env) -> Any:
    """The function of a `def`, as its decorators change it."""
    made = value = Function(node, env)
    for decorator in reversed(node.decorator_list):
        by = trace.evaluate(decorator, env)
        if isinstance(by, External) and by.full in _KINDS:
            made.kind = _KINDS[by.full]
        elif isinstance(by, External) and by.full.endswith(".transparent"):
            made.transparent = True
        elif isinstance(by, Bound) and by.name == "name_like":
            made.like = by.me if isinstance(by.me, str) else ""
        elif isinstance(decorator, ast.Attribute) and decorator.attr in (
            "setter",
            "deleter",
        ):
            return env.names.get(node.name)
        else:
            value = trace.call(by, [value], {}, decorator)
            if isinstance(value, Unknown):
                value = made
            if _replaces(by):
                made.kind = "plain"
    return value


_KINDS = {
    "builtins.staticmethod": "static",
    "builtins.classmethod": "class",
    "builtins.property": "property",
    "functools.cached_property": "plain property",
}


def _replaces(by: Any) -> bool:
    """Whether a decorator makes something that is no function: Haiku skips it."""
    by = getattr(by, "function", by)
    return isinstance(by, External) and by.full in (
        "jax.jit",
        "functools.lru_cache",
        "functools.cache",
    )


def _class(trace: Any, node: ast.ClassDef, env: Env) -> None:
    bases = [trace.evaluate(base, env) for base in node.bases]
    bases = [trace.project.known_class(trace, base) for base in bases]
    bases = [one for one in bases if isinstance(one, (Class, External))]
    inner = Env(env.file, parent=env, of_class=True)
    made = Class(node.name, bases, inner.names, env, node)
    decorators = [text_of(one) for one in node.decorator_list]
    made.is_dataclass = any("dataclass" in text for text in decorators)
    execute(trace, node.body, inner)
    trace.set(env.names, node.name, made)


def _import(trace: Any, node: ast.Import, env: Env) -> None:
    for alias in node.names:
        full = alias.name if alias.asname else alias.name.partition(".")[0]
        bound = alias.asname or full
        trace.set(env.names, bound, trace.project.imported(full, env.file, 0))


def _import_from(trace: Any, node: ast.ImportFrom, env: Env) -> None:
    for alias in node.names:
        value = trace.project.imported_name(
            trace, node.module or "", alias.name, env.file, node.level
        )
        if alias.name != "*":
            trace.set(env.names, alias.asname or alias.name, value)
        else:
            for name, one in trace.project.all_of(
                node.module or "", env.file, node.level
            ):
                trace.set(env.names, name, one)


def _try(trace: Any, node: ast.Try, env: Env) -> Return | None:
    for part in (node.body, node.orelse, node.finalbody):
        if (ended := execute(trace, part, env)) is not None:
            return None if ended is RAISED else ended
    return None


def _with(trace: Any, node: ast.With, env: Env) -> Return | None:
    frames: list[Frame] = []
    for item in node.items:
        value = trace.evaluate(item.context_expr, env)
        if isinstance(value, Bound) and value.name == "name_scope":
            frames.append(Frame(value.me, value.function))
        if item.optional_vars is not None:
            bind(trace, item.optional_vars, Unknown(text_of(item.context_expr)), env)
    trace.frames += frames
    try:
        return execute(trace, node.body, env)
    finally:
        if frames:
            del trace.frames[-len(frames) :]


def _raise(trace: Any, node: ast.Raise, env: Env) -> Return:
    return RAISED


_HANDLERS = {
    ast.Return: _return,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.FunctionDef: _define,
    ast.AsyncFunctionDef: _define,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.For: follow_for,
    ast.While: follow_while,
    ast.Try: _try,
    ast.With: _with,
    ast.Raise: _raise,
    ast.Break: lambda *_: BREAK,
    ast.Continue: lambda *_: CONTINUE,
}
