"""Calls that are written in another way, such as `jax.ops.index_update`, or go."""

import ast
import re
from collections.abc import Callable

from .edits import end_of, last_name
from .imports import nothing
from .scopes import names_bound, parts_within

METHODS = {
    "jax.ops.index_update": "set",
    "jax.ops.index_add": "add",
    "jax.ops.index_mul": "multiply",
    "jax.ops.index_min": "min",
    "jax.ops.index_max": "max",
}
_IDLE = {  # what they switch on or off is always on, or always off
    "jax.config.enable_omnistaging",
    "jax.config.disable_omnistaging",
    "jax.config.config.enable_omnistaging",
    "jax.config.config.disable_omnistaging",
    "jax.tools.colab_tpu.setup_tpu",
    "haiku.experimental.profiler_name_scopes",
}
_SWITCHES = {
    "jax.experimental.enable_x64": "True",
    "jax.experimental.disable_x64": "False",
}
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_PRIMARY = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)
Edits = dict[ast.expr, tuple]


def call_edits(finder: ast.NodeVisitor, node: ast.Call, function: str) -> Edits:
    """What mends a call without a change of its meaning, by the nodes that go.

    Only what stands between the arguments changes, so edits in them stay possible.
    Empty where that is more than a comma.
    """
    plain = not node.keywords and not any(isinstance(a, ast.Starred) for a in node.args)
    rewrite = _BY_ARGUMENTS.get((function, len(node.args))) if plain else None
    if rewrite:
        return rewrite(finder, node)
    if function in _IDLE and node in finder.alone and not node.args:
        text = nothing(finder.tree, finder.alone[node])
        return {node.func: ((*_start(node), *end_of(node), text),)}
    return _index_edits(finder, node, function)


def added_edits(node: ast.Call, function: str) -> tuple:
    """What a call needs besides the new name of its function."""
    if function in _SWITCHES and not node.args and not node.keywords:
        inside = (node.end_lineno, node.end_col_offset - 1)
        return ((*inside, *inside, _SWITCHES[function]),)
    return ()


def keyword_edits(
    node: ast.Call, arguments: list, function: str, keyword: ast.keyword
) -> tuple:
    """What writes an argument in the way of today, with the value that it has."""
    value, names = keyword.value, [one.arg for one in node.keywords]
    before = (*_start(keyword), *_start(value))
    if function == "jax.numpy.where" and (len(arguments), names) == (1, ["x", "y"]):
        return ((*before, ""),)
    if function == "jax.scipy.linalg.solve" and keyword.arg == "sym_pos":
        if isinstance(value, ast.Constant):
            kind = "pos" if value.value else "gen"
            return ((*_start(keyword), *end_of(keyword), f'assume_a="{kind}"'),)
        if isinstance(value, _PRIMARY) and "assume_a" not in names:
            rest = (*end_of(value), *end_of(value), ' else "gen"')
            return ((*before, 'assume_a="pos" if '), rest)
    return ()


def _index_edits(finder: ast.NodeVisitor, node: ast.Call, function: str) -> Edits:
    """What makes `x.at[i].set(y)` of `index_update(x, i, y)` whose value is used."""
    if function not in METHODS or len(node.args) != 3:
        return {}
    array, index, value = node.args
    stays = {index.value: ()} if isinstance(index, ast.Subscript) else {}
    wanted = finder.unsafe or is_of_jax(finder, node)
    if node in finder.alone or not wanted:
        return stays  # `jax.ops.index` in it, too
    between = (
        (end_of(node.func), _start(array), r"\s*\(\s*"),
        (end_of(array), _start(index), r"\s*,\s*"),
        (end_of(index), _start(value), r"\s*,\s*"),
    )
    plain = all(re.fullmatch(form, finder.text(a, b)) for a, b, form in between)
    starred = any(isinstance(one, ast.Starred) for one in node.args)
    gone, index_ends = _without_index(finder, index)
    if not plain or starred or index_ends is None:
        return stays
    opens, closes = _brackets(array)
    edits = (
        (*_start(node), *_start(array), opens),
        (*end_of(array), *_start(index), f"{closes}.at["),
        (*index_ends, *_start(value), f"].{METHODS[function]}("),
    )
    return {node.func: edits} | gone


def _around(
    finder: ast.NodeVisitor, node: ast.Call, first: ast.expr, opens: str, closes: str
) -> Edits:
    """A call becomes two texts around the arguments from one on."""
    before, after = (_start(node), _start(first)), (end_of(node.args[-1]), end_of(node))
    comments = "#" in finder.text(*before) or "#" in finder.text(*after)
    inside = [part for one in node.args for part in ast.walk(one)]
    left_out = inside[: inside.index(first)]
    acts = any(isinstance(part, ast.Call) or finder.full(part) for part in left_out)
    if comments or acts:
        return {}
    return {
        node.func: ((*before[0], *before[1], opens), (*after[0], *after[1], closes))
    }


def _second(finder: ast.NodeVisitor, node: ast.Call) -> Edits:
    """`tie_in(x, y)` is `y`."""
    return _around(finder, node, node.args[1], *_brackets(node.args[1]))


def _item(finder: ast.NodeVisitor, node: ast.Call) -> Edits:
    """`asscalar(x)` is `x.item()`."""
    opens, closes = _brackets(node.args[0])
    return _around(finder, node, node.args[0], opens, f"{closes}.item()")


def _listed(name: str, ends: str) -> Callable[[ast.NodeVisitor, ast.Call], Edits]:
    """`safe_map(f, x)` is `list(map(f, x))`, unless the file has its own `map`."""

    def rewrite(finder: ast.NodeVisitor, node: ast.Call) -> Edits:
        if any(finder.binding(one, node.lineno) for one in ("list", name)):
            return {}
        return _around(finder, node, node.args[0], f"list({name}(", ends)

    return rewrite


def _shuffle(finder: ast.NodeVisitor, node: ast.Call) -> Edits:
    """`shuffle(key, x)` is `permutation(key, x, independent=True)`."""
    if not isinstance(node.func, ast.Attribute):
        return {}
    end = end_of(node.args[-1])
    rest = (*end, *end, ", independent=True")
    return {node.func: (last_name(node.func, "permutation"), rest)}


_BY_ARGUMENTS = {  # by the name of the function, and how many arguments it has
    ("jax.lax.tie_in", 2): _second,
    ("numpy.asscalar", 1): _item,
    **{("jax.random.shuffle", count): _shuffle for count in (2, 3)},
    **{
        (f"jax.{module}.{name}", count): _listed(name.removeprefix("safe_"), ends)
        for module in ("api", "util")
        for name, ends in (("safe_map", "))"), ("safe_zip", ", strict=True))"))
        for count in (1, 2, 3, 4)
    },
}


def is_of_jax(finder: ast.NodeVisitor, node: ast.Call) -> bool:
    """Whether the array of such a call is seen to come from a function of JAX."""
    array = node.args[0] if node.args else None
    if not isinstance(array, ast.Name):
        return _is_call_of_jax(finder, array)
    for loop in _loops_around(finder, node):  # another turn may have bound it later
        bound = [bound for part in ast.walk(loop) for bound in names_bound(part)]
        if not all(
            _is_call_of_jax(finder, value) for name, value in bound if name == array.id
        ):
            return False
    for bound in reversed(finder.meanings(array.id, array.lineno)):
        if not _is_call_of_jax(finder, bound.meaning):
            return False
        if _runs_before(finder, bound.node, node):
            return True
    return False


def _is_call_of_jax(finder: ast.NodeVisitor, value: object) -> bool:
    return isinstance(value, ast.Call) and finder.full(value.func).startswith("jax.")


def _loops_around(finder: ast.NodeVisitor, node: ast.AST) -> list[ast.AST]:
    scope = finder.scopes[-1][0]
    loops = (part for part in parts_within(scope) if isinstance(part, _LOOPS))
    return [loop for loop in loops if node in ast.walk(loop)]


def _runs_before(finder: ast.NodeVisitor, statement: ast.AST, node: ast.AST) -> bool:
    """Whether a statement and what holds a node stand in one block."""
    return any(
        statement in block and any(node in ast.walk(one) for one in block)
        for scope, _ in finder.scopes
        for outer in ast.walk(scope)
        for block in (getattr(outer, name, None) for name in ("body", "orelse"))
        if isinstance(block, list)
    )


def _without_index(
    finder: ast.NodeVisitor, index: ast.expr
) -> tuple[Edits, tuple | None]:
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


def _brackets(value: ast.expr) -> tuple[str, str]:
    """What an expression needs around it where a method of it is called."""
    alone = isinstance(value, _PRIMARY) and value.lineno == value.end_lineno
    return ("", "") if alone else ("(", ")")


def _start(node: ast.AST) -> tuple[int, int]:
    return node.lineno, node.col_offset
