"""Calls that are written in another way, such as `jax.ops.index_update`, or go."""

import ast
import re

from .edits import end_of
from .imports import nothing

METHODS = {
    "jax.ops.index_update": "set",
    "jax.ops.index_add": "add",
    "jax.ops.index_mul": "multiply",
    "jax.ops.index_min": "min",
    "jax.ops.index_max": "max",
}
_IDLE = {  # what they switch on or off is always on
    "jax.config.enable_omnistaging",
    "jax.config.disable_omnistaging",
    "jax.config.config.enable_omnistaging",
    "jax.config.config.disable_omnistaging",
}
_PRIMARY = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)


def index_edits(
    finder: ast.NodeVisitor, node: ast.Call, function: str
) -> dict[ast.expr, tuple]:
    """What makes `x.at[i].set(y)` of `index_update(x, i, y)`, by nodes that go.

    Only what stands between the arguments changes, so edits in them stay possible.
    Empty where that is more than a comma, or where nothing uses the value of the call.
    """
    if function not in METHODS or len(node.args) != 3 or node in finder.alone:
        return {}
    array, index, value = node.args
    between = (
        (end_of(node.func), _start(array), r"\s*\(\s*"),
        (end_of(array), _start(index), r"\s*,\s*"),
        (end_of(index), _start(value), r"\s*,\s*"),
    )
    plain = all(re.fullmatch(form, finder.text(a, b)) for a, b, form in between)
    starred = any(isinstance(one, ast.Starred) for one in node.args)
    gone, index_ends = _without_index(finder, index)
    if not plain or starred or index_ends is None:
        return {}
    opens, closes = ("", "") if isinstance(array, _PRIMARY) else ("(", ")")
    edits = (
        (*_start(node), *_start(array), opens),
        (*end_of(array), *_start(index), f"{closes}.at["),
        (*index_ends, *_start(value), f"].{METHODS[function]}("),
    )
    return {node.func: edits} | gone


def call_edits(
    finder: ast.NodeVisitor, node: ast.Call, function: str
) -> dict[ast.expr, tuple]:
    """What mends a call without a change of its meaning, by the nodes that go."""
    if function == "jax.lax.tie_in" and len(node.args) == 2 and not node.keywords:
        value = node.args[1]
        before = (_start(node), _start(value))
        after = (end_of(value), end_of(node))
        simple = isinstance(value, _PRIMARY) and isinstance(node.args[0], _PRIMARY)
        plain = re.fullmatch(r"\s*,?\s*\)", finder.text(*after))
        if simple and plain and "#" not in finder.text(*before):
            return {
                node.func: ((*before[0], *before[1], ""), (*after[0], *after[1], ""))
            }
    if function in _IDLE and node in finder.alone and not node.args:
        text = nothing(finder.tree, finder.alone[node])
        return {node.func: ((*_start(node), *end_of(node), text),)}
    if finder.unsafe or is_of_jax(finder, node):
        return index_edits(finder, node, function)
    return {}


def is_of_jax(finder: ast.NodeVisitor, node: ast.Call) -> bool:
    """Whether the array of such a call is seen to come from a function of JAX."""
    value = finder.value(node.args[0]) if node.args else None
    return isinstance(value, ast.Call) and finder.full(value.func).startswith("jax.")


def _without_index(
    finder: ast.NodeVisitor, index: ast.expr
) -> tuple[dict, tuple | None]:
    """What takes `jax.ops.index[` and `]` away, and where the index ends."""
    is_index = isinstance(index, ast.Subscript)
    if not is_index or finder.full(index.value) != "jax.ops.index":
        return {}, end_of(index)
    opens = finder.text(end_of(index.value), _start(index.slice))
    closes = finder.text(end_of(index.slice), end_of(index))
    if not re.fullmatch(r"\s*\[\s*", opens) or not re.fullmatch(r"\s*,?\s*\]", closes):
        return {}, None
    edits = ((*_start(index), *_start(index.slice), ""),)
    return {index.value: edits}, end_of(index.slice)


def _start(node: ast.AST) -> tuple[int, int]:
    return node.lineno, node.col_offset
