"""Expressions, followed without running them."""

import ast
import builtins
import copy
import operator
from typing import Any

from .values import (
    VALUES,
    Bound,
    Choice,
    Class,
    Env,
    External,
    Function,
    Instance,
    Items,
    ModuleOf,
    Partial,
    Super,
    Table,
    Transformed,
    Unknown,
    choice,
    is_constant,
    is_none,
    merged,
    truth,
)

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


_STATIC = {"shape", "ndim", "dtype", "size", "name"}  # known while tracing


def is_array(value: Any) -> bool:
    """Whether a value is made of the inputs of a network."""
    return isinstance(value, Unknown) and value.is_array


def text_of(node: ast.AST) -> str:
    """The text of an expression, cut if it is long."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


class _Told(ast.NodeTransformer):
    """Puts what a name depends on in its place: `cfg.depth` for `self.depth`."""

    def __init__(self, trace: Any, env: Env):
        self.trace, self.env = trace, env

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = _name(self.trace, node, self.env)
        plain = isinstance(value, Unknown) and len(value.text) < 40
        return ast.Name(value.text) if plain else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        inner = node
        while isinstance(inner, ast.Attribute):
            inner = inner.value
        if not isinstance(inner, ast.Name):
            return self.generic_visit(node)
        owner = _name(self.trace, inner, self.env)
        value = owner.names.get(node.attr) if isinstance(owner, Instance) else None
        if isinstance(value, Unknown) and isinstance(node.value, ast.Name):
            return ast.Name(value.text) if len(value.text) < 40 else node
        return self.generic_visit(node) if isinstance(owner, Unknown) else node

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        return node

    visit_ListComp = visit_GeneratorExp = visit_SetComp = visit_DictComp = visit_Lambda


def told(trace: Any, node: ast.expr, env: Env) -> str:
    """The text of an expression, with what its names depend on."""
    return text_of(_Told(trace, env).visit(copy.deepcopy(node)))


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


def _name(trace: Any, node: ast.Name, env: Env) -> Any:
    scope: Env | None = env
    while scope is not None:
        if node.id in scope.names:
            return scope.names[node.id]
        scope = scope.parent
    found = trace.project.global_name(trace, env.file, node.id)
    if found is not None:
        return found[0]
    if hasattr(builtins, node.id):
        return External(f"builtins.{node.id}")
    return Unknown(node.id)


def _attribute(trace: Any, node: ast.Attribute, env: Env) -> Any:
    return attribute(trace, trace.evaluate(node.value, env), node.attr, text_of(node))


def attribute(trace: Any, owner: Any, name: str, text: str) -> Any:
    """The attribute of a value."""
    if isinstance(owner, (External, ModuleOf)):
        return trace.project.member(owner, name)
    if isinstance(owner, Instance):
        return _of_instance(trace, owner, name, text)
    if isinstance(owner, Super):
        value, cls = owner.me.cls.lookup(name, owner.owner)
        return _of_class(trace, value, cls, owner.me, name, text)
    if isinstance(owner, Class):
        value, cls = owner.lookup(name)
        if name == "__name__":
            return owner.name
        kind = getattr(value, "kind", "")
        if value is not None and kind == "class":
            return Bound(value, owner, name, cls)
        return Bound(value, None, name, cls) if isinstance(value, Function) else (
            value if cls else Unknown(text)
        )
    if isinstance(owner, Choice):
        values = [(c, attribute(trace, one, name, text)) for c, one in owner.options]
        return choice(values)
    if isinstance(owner, (Items, Table, str)):
        return Bound(None, owner, name)
    if isinstance(owner, Transformed):
        return Bound(owner, owner, name) if name in ("init", "apply") else Unknown(text)
    if isinstance(owner, (Function, Partial, Bound)) and name == "__name__":
        node = getattr(owner, "node", None)
        return getattr(node, "name", Unknown(text))
    if isinstance(owner, Unknown):
        of_array = owner.is_array and name not in _STATIC
        told_text = f"{owner.text}.{name}" if len(owner.text) < 60 else text
        return Unknown(told_text, owner.is_array, of_array)
    return Unknown(text)


def _of_instance(trace: Any, owner: Instance, name: str, text: str) -> Any:
    if name in owner.names:
        return owner.names[name]
    if name == "__class__":
        return owner.cls
    value, cls = owner.cls.lookup(name)
    if name in ("name", "module_name") and owner.path and cls is None:
        return owner.path.rpartition("/")[2] if name == "name" else owner.path
    return _of_class(trace, value, cls, owner, name, text)


def _of_class(
    trace: Any, value: Any, cls: Class | None, me: Any, name: str, text: str
) -> Any:
    """An attribute that a class has, seen from an instance."""
    if cls is None:
        return Bound(None, me, name) if isinstance(me, Instance) else Unknown(text)
    if not isinstance(value, Function):
        if isinstance(value, (Bound, Partial)) and not (
            isinstance(value, Bound) and value.me is not None
        ):
            return Bound(value, me, name, cls)
        return value
    if value.kind == "static":
        return value
    if value.kind == "class":
        return Bound(value, me.cls, name, cls)
    bound = Bound(value, me, name, cls)
    if value.kind.endswith("property"):
        return trace.call(bound, [], {})
    return bound


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
            keywords |= {key: v for key, v in value.names.items() if isinstance(key, str)}
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
            return True if stops and is_constant(value) else Unknown(text_of(node), stops)
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
        return _percent(one, two, text_of(node))
    if isinstance(one, Items) and isinstance(two, Items) and isinstance(node.op, ast.Add):
        if one.open:
            return Items.of(one.values, one.open)
        return Items.of(one.values + two.values, two.open)
    pair = (one, two) if isinstance(one, Items) else (two, one)
    if isinstance(pair[0], Items) and isinstance(node.op, ast.Mult):
        if type(pair[1]) is int and not pair[0].open and pair[1] < 1000:
            return Items.of(pair[0].values * pair[1])
        return Items.of(pair[0].values, text_of(node))
    return computed(type(node.op), text_of(node), one, two)


def _percent(pattern: str, values: Any, text: str) -> Any:
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
        known = _contains(two, one)
        return Unknown(text_of(node), True) if known is None else known is (kind is ast.In)
    if kind in (ast.Is, ast.IsNot) and isinstance(one, (Class, Instance, Function)):
        return (one is two) is (kind is ast.Is) if not isinstance(two, Unknown) else Unknown(
            text_of(node), True
        )
    kind = {ast.Is: ast.Eq, ast.IsNot: ast.NotEq}.get(kind, kind)
    return computed(kind, text_of(node), one, two)


def _contains(values: Any, value: Any) -> bool | None:
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


def _list(trace: Any, node: ast.List | ast.Tuple, env: Env) -> Items:
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


def _dict(trace: Any, node: ast.Dict, env: Env) -> Table:
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


def _subscript(trace: Any, node: ast.Subscript, env: Env) -> Any:
    owner, key = trace.evaluate(node.value, env), trace.evaluate(node.slice, env)
    if isinstance(owner, Choice):
        return choice([(c, item(one, key, node)) for c, one in owner.options])
    return item(owner, key, node)


def item(owner: Any, key: Any, node: ast.Subscript) -> Any:
    """What is in a list or dictionary under a key; an unknown key may be any."""
    text = text_of(node)
    if isinstance(owner, Items) and type(key) is int and not (owner.open and key < 0):
        if -len(owner.values) <= key < len(owner.values):
            return owner.values[key]
    if isinstance(owner, Items) and isinstance(node.slice, ast.Slice) and not owner.open:
        bounds = [node.slice.lower, node.slice.upper, node.slice.step]
        try:
            numbers = [part and ast.literal_eval(part) for part in bounds]
        except ValueError:
            return Items.of([], text)
        return Items.of(owner.values[slice(*numbers)])
    if isinstance(owner, Table) and is_constant(key) and key in owner.names:
        return owner.names[key]
    if isinstance(owner, (Items, Table)) and isinstance(key, Unknown):
        values = owner.values if isinstance(owner, Items) else list(owner.names.values())
        if values and not owner.open and not all(is_constant(one) for one in values):
            return choice([(f"if {text} is no. {n + 1}", v) for n, v in enumerate(values)])
    if isinstance(owner, (External, Class)):  # such as `list[int]`
        return owner
    if isinstance(owner, Unknown):
        return Unknown(f"{owner.text}[...]", owner.is_array, owner.is_array)
    return Unknown(text)


def _joined(trace: Any, node: ast.JoinedStr, env: Env) -> Any:
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


def _comprehension(trace: Any, node: Any, env: Env) -> Any:
    from .statements import bind, turns

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
                with trace.under(*(text_of(t) for t, k in zip(part.ifs, tests, strict=True) if k is None)):
                    level(depth + 1)

        turns(trace, values, reason, turn)

    level(0)
    if made.open:  # the element of the second turn stands for all others
        trace.set(made.slots, VALUES, made.values[:1])
    return made


def _dict_comprehension(trace: Any, node: ast.DictComp, env: Env) -> Any:
    pair = ast.copy_location(ast.Tuple([node.key, node.value], ast.Load()), node)
    listed = ast.copy_location(ast.ListComp(pair, node.generators), node)
    pairs = _comprehension(trace, listed, env)
    table = Table({}, pairs.open)
    for one in pairs.values:
        if is_constant(one.values[0]):
            table.names[one.values[0]] = one.values[1]
        else:
            table.open = text_of(node)
    return table


def _walrus(trace: Any, node: ast.NamedExpr, env: Env) -> Any:
    value = trace.evaluate(node.value, env)
    trace.set(env.names, node.target.id, value)
    return value


_HANDLERS = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Lambda: _lambda,
    ast.IfExp: _if_else,
    ast.BoolOp: _and_or,
    ast.UnaryOp: _not,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Dict: _dict,
    ast.Subscript: _subscript,
    ast.JoinedStr: _joined,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _dict_comprehension,
    ast.NamedExpr: _walrus,
}
