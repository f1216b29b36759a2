"""Calls: arguments meet parameters, constructors run, methods enter their frame."""

import ast
from typing import Any

from . import containers, externals, haiku_calls
from .arithmetic import is_array, text_of
from .attributes import attribute
from .parameters import fill_parameters
from .values import (
    MODULE,
    Bound,
    Choice,
    Class,
    Env,
    External,
    Function,
    Instance,
    Items,
    Partial,
    Table,
    Transformed,
    Unknown,
    Unsplit,
    choice,
)

MOST_TIMES = 12  # that a function may be within itself


def call(
    trace: Any, function: Any, args: list, keywords: dict, node: Any = None
) -> Any:
    """The value of a call."""
    for kind, follow in _KINDS:
        if isinstance(function, kind):
            return follow(trace, function, args, keywords, node)
    text = text_of(node) if node is not None else "a call"
    array = is_array(function) or any(map(is_array, args))
    return Unknown(text, array, array)


def _function(trace: Any, function: Function, args: list, keywords: dict, _) -> Any:
    return invoke(trace, function, args, keywords)


def _class(trace: Any, cls: Class, args: list, keywords: dict, _) -> Any:
    return construct(trace, cls, args, keywords)


def _instance(trace: Any, me: Instance, args: list, keywords: dict, node: Any) -> Any:
    method = attribute(trace, me, "__call__", "__call__")
    return trace.call(method, args, keywords, node)


def _partial(trace: Any, part: Partial, args: list, keywords: dict, node: Any) -> Any:
    given = part.keywords | keywords
    return trace.call(part.function, [*part.args, *args], given, node)


def _external(trace: Any, one: External, args: list, keywords: dict, node: Any) -> Any:
    known = trace.project.known_class(trace, one)
    if isinstance(known, Class):
        return construct(trace, known, args, keywords)
    library = haiku_calls if one.full.startswith("haiku.") else externals
    return library.call(trace, one.full, args, keywords, node)


def _unsplit(trace: Any, one: Unsplit, args: list, keywords: dict, node: Any) -> Any:
    trace.unsplit.append(one.place)
    try:
        return trace.call(one.function, args, keywords, node)
    finally:
        trace.unsplit.pop()


def _either(trace: Any, several: Choice, args: list, keywords: dict, node: Any) -> Any:
    """Call each of the functions under its condition."""
    values = []
    for condition, one in several.options:
        with trace.under(condition):
            values.append((condition, trace.call(one, args, keywords, node)))
    return choice(values)


def _bound(trace: Any, bound: Bound, args: list, keywords: dict, node: Any) -> Any:
    function, me = bound.function, bound.me
    if bound.name in haiku_calls.WRAPS.split() and bound.owner is None:
        return haiku_calls.wrapped(trace, bound, args, keywords, node)
    if isinstance(function, Function):
        first = [] if me is None else [me]
        return invoke(trace, function, [*first, *args], keywords, bound)
    if isinstance(me, Transformed):
        return Unknown(text_of(node) if node is not None else bound.name, True)
    if isinstance(me, (Items, Table, str)):
        return containers.method(trace, me, bound.name, args, keywords, node)
    if isinstance(me, Instance) and function is None:
        return _inherited(trace, me, bound.name, args, keywords)
    if function is not None:
        return trace.call(
            function, [me, *args] if me is not None else args, keywords, node
        )
    return Unknown(text_of(node) if node is not None else bound.name)


def _inherited(trace: Any, me: Instance, name: str, args: list, keywords: dict) -> Any:
    """A method that no class of the files has, such as the constructor of Module."""
    if name in ("__init__", "__post_init__") and me.cls.is_module():
        given = keywords.get("name", args[0] if args else None)
        haiku_calls.name_module(trace, me, given)
        return None
    return Unknown(f"{me.cls.name}.{name}()")


def construct(trace: Any, cls: Class, args: list, keywords: dict) -> Any:
    """A new instance of a class; its constructor runs."""
    me = Instance(cls, place=trace.here)
    if cls is MODULE:
        with trace.frame(me, "__init__"):
            haiku_calls.name_module(
                trace, me, keywords.get("name", args[0] if args else None)
            )
        return me
    if not cls.is_module():
        _start(trace, me, args, keywords)
        return me
    with trace.frame(me, "__init__"):
        _start(trace, me, args, keywords)
        if not me.path:  # the constructor that names it was not reached
            haiku_calls.name_module(trace, me, None)
    return me


def _start(trace: Any, me: Instance, args: list, keywords: dict) -> None:
    value, owner = me.cls.lookup("__init__")
    fields = [c for c in me.cls.mro() if isinstance(c, Class) and c.is_dataclass]
    later = owner is None or (
        fields
        and fields[0] is not owner
        and fields[0] in me.cls.mro()
        and me.cls.mro().index(fields[0]) < me.cls.mro().index(owner)
    )
    if fields and later:
        _fill(trace, me, fields, args, keywords)
        post, owner = me.cls.lookup("__post_init__")
        if post is not None:
            invoke(trace, post, [me], {}, Bound(post, me, "__init__", owner))
        elif me.cls.is_module():
            haiku_calls.name_module(trace, me, None)
    elif value is not None:
        invoke(trace, value, [me, *args], keywords, Bound(value, me, "__init__", owner))
    elif me.cls.is_module():
        haiku_calls.name_module(
            trace, me, keywords.get("name", args[0] if args else None)
        )


def _fill(trace: Any, me: Instance, classes: list, args: list, keywords: dict) -> None:
    """Set the fields of a dataclass from its arguments and defaults."""
    fields: dict[str, tuple[ast.expr | None, Class]] = {}
    for cls in reversed(classes):
        for node in cls.node.body:
            named = isinstance(node, ast.AnnAssign) and isinstance(
                node.target, ast.Name
            )
            if named and "ClassVar" not in ast.unparse(node.annotation):
                fields[node.target.id] = (node.value, cls)
    values = dict(zip(fields, args, strict=False)) | keywords
    for name, (default, cls) in fields.items():
        if name in values:
            value = values[name]
        elif "**" in keywords or default is None:
            value = Unknown(f"{name} of {cls.name}")
        else:
            value = _default(trace, default, cls)
        trace.set(me.names, name, value)


def _default(trace: Any, default: ast.expr, cls: Class) -> Any:
    if isinstance(default, ast.Call) and text_of(default.func).endswith("field"):
        for keyword in default.keywords:
            if keyword.arg == "default":
                return trace.evaluate(keyword.value, cls.env)
            if keyword.arg == "default_factory":
                return trace.call(trace.evaluate(keyword.value, cls.env), [], {})
        return Unknown(text_of(default))
    return trace.evaluate(default, cls.env)


def invoke(
    trace: Any,
    function: Function,
    args: list,
    keywords: dict,
    bound: Bound | None = None,
) -> Any:
    """Run a function of the files; a method of a module in a frame of its own."""
    running = trace.running.setdefault(id(function.node), 0)
    name = getattr(function.node, "name", "<lambda>")
    if running >= MOST_TIMES:
        return Unknown(f"{name}, which calls itself")
    env = Env(function.env.file, parent=_around(function.env))
    if bound is not None:
        env.owner, env.me = bound.owner, bound.me
    fill_parameters(trace, function, args, keywords, env)
    trace.running[id(function.node)] += 1
    here = trace.here
    try:
        module = _entered(function, bound)
        if module is None:
            return _body(trace, function, env)
        doubts = [f"{module.cls.foreign()}, which is not among the files"] * bool(
            module.cls.foreign()
        )
        with trace.frame(module, function.like or bound.name), trace.under(*doubts):
            return _body(trace, function, env)
    finally:
        trace.running[id(function.node)] -= 1
        trace.here = here


def _around(env: Env) -> Env | None:
    """The scope that a function of this one sees: not that of a class."""
    while env is not None and env.of_class:
        env = env.parent
    return env


def _entered(function: Function, bound: Bound | None) -> Instance | None:
    """The module whose frame a method enters; none if Haiku does not wrap it."""
    if bound is None or not isinstance(bound.me, Instance):
        return None
    owner, me = bound.owner, bound.me
    wrapped = bound.name == "__call__" or not bound.name.startswith("__")
    plain = function.transparent or function.kind.startswith("plain")
    return (
        me
        if wrapped and not plain and owner is not None and owner.is_module()
        else None
    )


def _body(trace: Any, function: Function, env: Env) -> Any:
    if isinstance(function.node, ast.Lambda):
        return trace.evaluate(function.node.body, env)
    ended = trace.execute(function.node.body, env)
    return ended.value if ended is not None else None


_KINDS = (
    (Function, _function),
    (Class, _class),
    (Instance, _instance),
    (Partial, _partial),
    (Choice, _either),
    (Bound, _bound),
    (External, _external),
    (Unsplit, _unsplit),
)
