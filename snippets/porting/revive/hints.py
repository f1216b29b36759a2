"""Calls that fail, or may, although their names are still there."""

import ast
import re
from typing import NamedTuple

# Functions of jax.numpy that refuse lists and tuples as their first argument.
OF_ARRAYS = """
abs all any argmax argmin argsort around ceil clip cos cumprod cumsum diff dot exp
expand_dims expm1 flip floor isfinite isinf isnan log log1p matmul max maximum mean
median min minimum multiply negative pad power prod ravel repeat reshape roll round
sign sin sort split sqrt square squeeze std subtract sum swapaxes take tanh tile
transpose var
"""


class Call(NamedTuple):
    """A call, what it calls, and the arguments for that by position."""

    node: ast.Call
    function: str  # also of the function in a `functools.partial`
    arguments: list


def plain_transforms(finder: ast.NodeVisitor) -> set[str]:
    """What is bound to a plain `hk.transform(f)`, as source text: `net`, `self.net`."""
    plain, other = set(), set()
    for node in ast.walk(finder.tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            function = finder.full(node.value.func)
            targets = {ast.unparse(target) for target in node.targets}
            is_plain = function == "haiku.transform" and len(node.value.args) == 1
            applied = function in {"jax.jit", "functools.partial"}
            of = ast.unparse(node.value.args[0]) if node.value.args else ""
            if is_plain and not node.value.keywords:
                plain |= targets
                pairs = (t.elts for t in node.targets if isinstance(t, ast.Tuple))
                plain |= {f"apply {ast.unparse(pair[-1])}" for pair in pairs}
            elif not (applied and of.removesuffix(".apply") in targets):
                other |= targets
    return plain - other


_KEYS = re.compile(r"(?i)rng|key|seed|rand|^k\d*$|^None$")


def _keyless(finder: ast.NodeVisitor, call: Call) -> None:
    """`net.apply(params, x)` where `net` takes a key before `x`."""
    node, _, arguments = call
    called = _unwrapped(finder, node.func)
    if isinstance(called, ast.Name) and f"apply {called.id}" not in finder.transforms:
        called = _unwrapped(finder, finder.value(called))
    if isinstance(called, ast.Name) and f"apply {called.id}" in finder.transforms:
        net, what = called.id, called.id
    elif isinstance(called, ast.Attribute) and called.attr == "apply":
        net = ast.unparse(called.value)
        what = f"{net}.apply"
        if net not in finder.transforms:
            return
    else:
        return
    named = {keyword.arg for keyword in node.keywords}
    unclear = named & {"rng", None} or any(
        isinstance(a, ast.Starred) for a in arguments[:2]
    )
    if unclear or not arguments:
        return
    if len(arguments) == 1 or not _KEYS.search(ast.unparse(arguments[1])):
        new = "hk.without_apply_rng(...) around the transform, or a key, or None"
        reason = "apply of a plain hk.transform takes a key after the parameters"
        finder.add(node, f"{what} without a key", new, reason, "?", code="HK201")


def _unwrapped(finder: ast.NodeVisitor, node: ast.expr) -> ast.expr:
    """The function in `jax.jit(f)` or `jax.grad(f)`."""
    wrappers = {"jax.jit", "jax.grad", "jax.value_and_grad"}
    while isinstance(node, ast.Call) and node.args:
        if finder.full(node.func) not in wrappers:
            break
        node = node.args[0]
    return node


def _at_of_numpy(finder: ast.NodeVisitor, call: Call) -> None:
    """`x.at[i].set(y)` or `jax.ops.index_update(x, i, y)` where NumPy made `x`."""
    node, function, arguments = call
    array = (
        arguments[0] if function.startswith("jax.ops.index_") and arguments else None
    )
    if isinstance(node.func, ast.Attribute) and isinstance(
        node.func.value, ast.Subscript
    ):
        at = node.func.value.value
        array = at.value if isinstance(at, ast.Attribute) and at.attr == "at" else array
    value = finder.value(array) if isinstance(array, ast.Name) else None
    made = finder.full(value.func) if isinstance(value, ast.Call) else ""
    if made.startswith("numpy."):
        name = ast.unparse(array)
        new = f"jnp.asarray({name}).at[...], or change {name} in place"
        old, reason = f"{name}.at of {made}", "only arrays of JAX have .at"
        finder.add(node, old, new, reason, "?", code="JAX202")


def _sequence(finder: ast.NodeVisitor, call: Call) -> None:
    """`jnp.prod((2, 3))`, where NumPy would make an array of the tuple."""
    node, function, arguments = call
    module, _, name = function.rpartition(".")
    if module != "jax.numpy" or name not in OF_ARRAYS.split() or not arguments:
        return
    value, sure = finder.value(arguments[0]), arguments[0]
    text = ast.unparse(arguments[0])
    literal = isinstance(value, (ast.Tuple, ast.List, ast.ListComp))
    if literal or re.search(r"shape(\[[^\]]*:[^\]]*\])?$", text):
        new = f"numpy.{name}(...) for sizes, or jnp.asarray(...) around it"
        reason = "functions of jax.numpy take arrays, not lists or tuples"
        sign = "!" if literal and value is sure else "?"
        old = f"jax.numpy.{name} of a list or tuple"
        finder.add(node, old, new, reason, sign, code="JAX203")


def _split_rng(finder: ast.NodeVisitor, call: Call) -> None:
    """`hk.vmap` must be told whether it splits the key."""
    node, function, _ = call
    named = {keyword.arg for keyword in node.keywords}
    if function != "haiku.vmap" or named & {"split_rng", None}:
        return
    attributes = (
        part for part in ast.walk(finder.tree) if isinstance(part, ast.Attribute)
    )
    if not any(part.attr == "require_split_rng" for part in attributes):
        new = (
            "split_rng=False, or split_rng=not hk.running_init() if the function draws"
        )
        old, reason = "haiku.vmap without split_rng", "it must be said today"
        finder.add(node, old, new, reason, code="HK202")


def _from_string(finder: ast.NodeVisitor, call: Call) -> None:
    """`np.fromstring` of bytes."""
    node, function, arguments = call
    named = {keyword.arg for keyword in node.keywords}
    if (
        function == "numpy.fromstring"
        and not named & {"sep", None}
        and len(arguments) < 4
    ):
        new, reason = "numpy.frombuffer", "fromstring reads text, and needs sep="
        finder.add(node, "numpy.fromstring of bytes", new, reason, code="NP201")


_ALWAYS = "apply has a key unless hk.without_apply_rng removes it"


# The argument apply_rng of hk.transform, by its value: true, false, or not known.
APPLY_RNG = {
    True: ("nothing: delete the argument", _ALWAYS),
    False: ("hk.without_apply_rng(hk.transform(f))", _ALWAYS),
    None: (
        "nothing if the value is True, hk.without_apply_rng(...) if it is False",
        "True does nothing and False fails, so look what the value is",
    ),
}


def _apply_rng(finder: ast.NodeVisitor, call: Call) -> None:
    """`hk.transform(f, apply_rng=...)`; by position it is refused whatever it is."""
    node, function, arguments = call
    if function != "haiku.transform":
        return
    for keyword in node.keywords:
        if keyword.arg == "apply_rng":
            value = _truth(keyword.value)
            sign = {True: " ", False: "!", None: "?"}[value]
            old = "apply_rng= of haiku.transform"
            finder.add(keyword.value, old, *APPLY_RNG[value], sign, code="HK203")
    if len(arguments) > 1:
        new, _ = APPLY_RNG[_truth(arguments[1])]
        old, reason = "second argument of haiku.transform", "it takes the function only"
        finder.add(arguments[1], old, new, reason, code="HK203")


def _truth(value: ast.expr) -> bool | None:
    """Whether an expression is true, if it is a literal; None if that is not known."""
    return bool(value.value) if isinstance(value, ast.Constant) else None


def _jit_by_position(finder: ast.NodeVisitor, call: Call) -> None:
    """`jax.jit(f, 1)`, where 1 was `static_argnums`."""
    _, function, arguments = call
    starred = any(isinstance(argument, ast.Starred) for argument in arguments[:2])
    if function == "jax.jit" and len(arguments) > 1 and not starred:
        old, reason = "second argument of jax.jit", "it takes all but f by name"
        new = "static_argnums="
        place = (arguments[1].lineno, arguments[1].col_offset)
        edits = ((*place, *place, new),) if len(arguments) == 2 else ()
        finder.add(arguments[1], old, new, reason, edits=edits, code="JAX201")


HINTS = (
    _jit_by_position,
    _keyless,
    _at_of_numpy,
    _sequence,
    _split_rng,
    _from_string,
    _apply_rng,
)
