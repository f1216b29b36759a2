"""Operators that change the code of a solution a little, as a learner's mistakes do.

Each takes a node of the syntax tree and the innermost function around it, if any, and gives the
code of what may take the node's place: an expression for an expression, statements for a statement.
"""

import ast
import itertools
from collections.abc import Callable, Iterator

Function = ast.FunctionDef | ast.Lambda | None
Operator = Callable[[ast.AST, Function], Iterator[str]]

# What mutants call, run before each.
PRELUDE = """\
def _each(function, tree):
    import jax

    return jax.tree.map(lambda leaf: function(leaf) if hasattr(leaf, "dtype") else leaf, tree)

def _as(dtype, tree):
    return _each(lambda leaf: leaf.astype(dtype) if leaf.dtype.kind in "iuf" else leaf, tree)

def _spoil(value, result):
    if isinstance(value, dict) and value:
        value[next(iter(value))] = 0
    elif isinstance(value, list):
        value.append(0)
    elif type(value).__name__ == "ndarray" and value.ndim and value.flags.writeable:
        value[:1] = 0
    elif type(value).__name__ == "ArrayImpl":  # of JAX, and not a tracer
        value.delete()
    return result
"""
_BINARY = {
    "+": "-",
    "-": "+",
    "*": "/",
    "/": "*",
    "**": "*",
    "//": "/",
    "%": "//",
    "&": "|",
    "|": "&",
}
_SIGNS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.BitAnd: "&", ast.BitOr: "|", ast.MatMult: "@",
}  # fmt: skip
_COMPARED = {
    ast.Lt: ("<=", ">"), ast.LtE: ("<", ">="), ast.Gt: (">=", "<"), ast.GtE: (">", "<="),
    ast.Eq: ("!=", ">="), ast.NotEq: ("==", ">"),
}  # fmt: skip
_CALLED = {
    "sum": ("mean", "max"), "mean": ("sum", "max"), "max": ("mean", "min"), "min": ("max",),
    "argmax": ("argmin",),
    "any": ("all",), "all": ("any",), "zeros": ("ones",), "ones": ("zeros",),
    "zeros_like": ("ones_like",),
    "normal": ("uniform",), "uniform": ("normal",), "maximum": ("minimum",), "add": ("set",),
    "set": ("add",),
    "var": ("std",), "std": ("var",), "floor": ("ceil",), "abs": ("negative",), "square": ("abs",),
    "TruncatedNormal": ("RandomNormal", "Constant"), "value_and_grad": ("grad",), "vmap": ("jit",),
}  # fmt: skip
_NAIVE = {
    "logaddexp": "jnp.log(jnp.exp({0}) + jnp.exp({1}))",
    "logsumexp": "jnp.log(jnp.sum(jnp.exp({0})))",
    "log_softmax": "jnp.log(jax.nn.softmax({0}))",
    "log_sigmoid": "jnp.log(jax.nn.sigmoid({0}))",
    "softplus": "jnp.log(1 + jnp.exp({0}))",
    "log1p": "jnp.log(1 + {0})",
    "expm1": "jnp.exp({0}) - 1",
    "sigmoid_cross_entropy": (
        "-jnp.mean(jnp.log(jnp.where({1} == 1, jax.nn.sigmoid({0}), 1 - jax.nn.sigmoid({0}))))"
    ),
}


def terms(node: ast.AST, _: Function) -> Iterator[str]:
    """Another operator, one side only, the sides exchanged, a sign dropped."""
    if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
        sign, left, right = _SIGNS[type(node.op)], ast.unparse(node.left), ast.unparse(node.right)
        yield from (f"({left}) {_BINARY[sign]} ({right})" for _ in range(sign in _BINARY))
        yield from (left, right)
        yield from (f"({right}) {sign} ({left})" for _ in range(sign not in "+*&|"))
    elif isinstance(node, ast.UnaryOp) and not isinstance(node.operand, ast.Constant):
        yield ast.unparse(node.operand)


def comparisons(node: ast.AST, _: Function) -> Iterator[str]:
    """A border moved, a condition turned round or left out."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARED:
        for sign in _COMPARED[type(node.ops[0])]:
            yield f"{ast.unparse(node.left)} {sign} {ast.unparse(node.comparators[0])}"
    elif isinstance(node, ast.IfExp):
        yield from (ast.unparse(node.body), ast.unparse(node.orelse))
    elif isinstance(node, ast.BoolOp):
        yield from map(ast.unparse, node.values)


def constants(node: ast.AST, _: Function) -> Iterator[str]:
    """Another number: 0, 1, one more or less, the other sign."""
    if isinstance(node, ast.Constant):
        value = node.value
        if value is None or isinstance(value, bool):
            yield "0" if value is None else str(not value)
        elif isinstance(value, int | float):
            yield from (
                repr(other)
                for other in dict.fromkeys((value + 1, value - 1, 0, 1, -value))
                if other != value
            )


def guards(node: ast.AST, _: Function) -> Iterator[str]:
    """A division guarded against zero, where it must not be."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        left, right = ast.unparse(node.left), ast.unparse(node.right)
        yield from (
            f"({left}) / __import__('jax').numpy.maximum({right}, 1)",
            f"({left}) / ({right} + 1e-3)",
        )


def calls(node: ast.AST, _: Function) -> Iterator[str]:
    """Another function, an argument in its place, arguments exchanged, a keyword left out."""
    if not isinstance(node, ast.Call):
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    arguments = list(map(ast.unparse, node.args))
    for other in _CALLED.get(name, ()):
        yield _renamed(node, other)
    if name in _NAIVE and len(arguments) > ("{1}" in _NAIVE[name]):
        yield _NAIVE[name].format(*arguments)
    yield from arguments[:2]
    for first, second in itertools.pairwise(range(len(arguments))):
        order = [*arguments[:first], arguments[second], arguments[first], *arguments[second + 1 :]]
        yield _called(node, order, node.keywords)
    for left_out in node.keywords:
        yield _called(
            node, arguments, [keyword for keyword in node.keywords if keyword is not left_out]
        )
    if name == "range":
        yield from (f"range(({arguments[-1]}) - 1)", f"range(1, {arguments[-1]})")


def names(node: ast.AST, function: Function) -> Iterator[str]:
    """Another or a narrower variable; a constant for a key; all for a part; not transposed."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and function:
        known = [*parameters(function), *bound(function, node.lineno)]
        if "key" in node.id or "rng" in node.id:
            yield "__import__('jax').random.key(0)"
        if node.id in known:
            yield from (other for other in known if other != node.id)
            yield from (f"_as('{dtype}', {node.id})" for dtype in ("float16", "int8"))
    part = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
    if part or (isinstance(node, ast.Attribute) and node.attr in ("T", "mT")):
        yield ast.unparse(node.value)


def slices(node: ast.AST, _: Function) -> Iterator[str]:
    """A part from the start, to the end, or one further."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        value, (lower, upper) = (
            ast.unparse(node.value),
            (ast.unparse(bound) if bound else "" for bound in (node.slice.lower, node.slice.upper)),
        )
        yield from (f"{value}[:{upper}]" for _ in range(bool(lower)))
        yield from (
            text for text in (f"{value}[{lower}:]", f"{value}[{lower}:({upper}) + 1]") if upper
        )


def statements(node: ast.AST, function: Function) -> Iterator[str]:
    """A statement left out, a loop that runs once, a condition turned round."""
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if (
        isinstance(node, ast.Assign | ast.AugAssign | ast.Expr | ast.For | ast.If | ast.Assert)
        and not docstring
    ):
        yield "pass"
    if isinstance(node, ast.AugAssign):
        yield ast.unparse(ast.Assign([node.target], node.value, lineno=1))
    if isinstance(node, ast.If):
        yield ast.unparse(ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse))


def returns(node: ast.AST, function: Function) -> Iterator[str]:
    """An earlier value, the first one each time, or another sign, factor, shape or dtype."""
    if form := _form(node, function):
        before, value, inner = form
        yield from (f"{before} {name}" for name in (*bound(inner, node.lineno), *parameters(inner)))
        yield f"{before} globals().setdefault('_kept', {value})"
        for changed in ("-leaf", "2 * leaf", "leaf[None]"):
            yield f"{before} _each(lambda leaf: {changed}, {value})"
        yield from (f"{before} _as('{dtype}', {value})" for dtype in ("float16", "int32"))


def arguments(node: ast.AST, function: Function) -> Iterator[str]:
    """An argument changed in place, or deleted, before the result is returned."""
    if form := _form(node, function):
        before, value, inner = form
        yield from (f"{before} _spoil({name}, {value})" for name in parameters(inner))


def _form(
    node: ast.AST, function: Function
) -> tuple[str, str, ast.FunctionDef | ast.Lambda] | None:
    """Of what ends a function: the text before its value, the value, and the function."""
    if isinstance(node, ast.Return) and node.value and function:
        return "return", ast.unparse(node.value), function
    if isinstance(node, ast.Lambda):
        return f"lambda {ast.unparse(node.args)}:", ast.unparse(node.body), node
    return None


OPERATORS: tuple[Operator, ...] = (
    terms, comparisons, constants, guards, calls, names, slices, statements, returns, arguments,
)  # fmt: skip


def parameters(function: ast.FunctionDef | ast.Lambda) -> list[str]:
    """The names of a function's arguments."""
    return [argument.arg for argument in function.args.args if argument.arg != "self"]


def bound(function: ast.FunctionDef | ast.Lambda, line: int) -> list[str]:
    """The other names that a function binds before a line."""
    stored = [
        part
        for part in ast.walk(function)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    ]
    return list(dict.fromkeys(name.id for name in stored if name.lineno < line))


def _renamed(call: ast.Call, other: str) -> str:
    function = call.func
    renamed = (
        ast.Attribute(function.value, other, ast.Load())
        if isinstance(function, ast.Attribute)
        else ast.Name(other, ast.Load())
    )
    return ast.unparse(ast.Call(renamed, call.args, call.keywords))


def _called(call: ast.Call, arguments: list[str], keywords: list[ast.keyword]) -> str:
    return f"{ast.unparse(call.func)}({', '.join([*arguments, *map(ast.unparse, keywords)])})"
