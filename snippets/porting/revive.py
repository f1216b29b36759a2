"""Old source files: names and arguments of JAX and Haiku that must change."""

import ast
from collections.abc import Iterator
from typing import NamedTuple


class Change(NamedTuple):
    """One line of a source file that needs a change, or would be better for one."""

    line: int  # counted from 1
    old: str  # the full name or argument, as in `jax.tree_map`
    new: str  # what to write instead
    reason: str
    fails: bool  # whether the line fails today, or may; if not, there is a newer way


_TREE = "the functions on trees moved to jax.tree"
_AT = "it was removed; only JAX arrays have .at, so wrap a NumPy array in jnp.asarray"
_NUMPY = "NumPy renamed or removed this name, and so did jax.numpy"
_ARRAY = "all arrays of JAX have the one type jax.Array"
_EXTEND = "parts of JAX that were half private are in jax.extend, or were removed"
_ALIAS = "the old name was an alias and has been removed"
_MODULE = "the module was removed"
_COPIES = "it was removed; this stacks one row for each device along a new axis"
_FROZEN = "init returns dictionaries; what to_immutable_dict freezes is read-only"

# By full names; a name below one of these, as of a module, counts as well.
GONE = {
    "jax.tree_map": ("jax.tree.map", _TREE),
    "jax.tree_multimap": ("jax.tree.map", "it takes any number of trees; " + _TREE),
    "jax.tree_util.tree_multimap": ("jax.tree.map", "it takes any number of trees"),
    "jax.tree_leaves": ("jax.tree.leaves", _TREE),
    "jax.tree_structure": ("jax.tree.structure", _TREE),
    "jax.tree_flatten": ("jax.tree.flatten", _TREE),
    "jax.tree_unflatten": ("jax.tree.unflatten", _TREE),
    "jax.tree_transpose": ("jax.tree.transpose", _TREE),
    "jax.tree_reduce": ("jax.tree.reduce", _TREE),
    "jax.ops.index_update": ("x.at[i].set(y)", _AT),
    "jax.ops.index_add": ("x.at[i].add(y)", _AT),
    "jax.ops.index_mul": ("x.at[i].multiply(y)", _AT),
    "jax.ops.index_min": ("x.at[i].min(y)", _AT),
    "jax.ops.index_max": ("x.at[i].max(y)", _AT),
    "jax.ops.index": ("the index itself, inside .at[...]", _AT),
    "jax.numpy.DeviceArray": ("jax.Array", _ARRAY),
    "jax.interpreters.xla.DeviceArray": ("jax.Array", _ARRAY),
    "jax.interpreters.pxla.ShardedDeviceArray": ("jax.Array", _ARRAY),
    "jax.random.KeyArray": ("jax.Array", _ARRAY),
    "jax.random.PRNGKeyArray": ("jax.Array", _ARRAY),
    "jax.experimental.optix": ("optax", "it became a package of its own"),
    "jax.experimental.optix.InitUpdate": (
        "optax.GradientTransformation",
        "optax does not have the older name of the type",
    ),
    "jax.experimental.optimizers": (
        "jax.example_libraries.optimizers, or Optax",
        "moved; what people use today is Optax",
    ),
    "jax.experimental.stax": ("jax.example_libraries.stax", "moved; an example only"),
    "jax.experimental.host_callback": (
        "jax.debug.callback, or jax.pure_callback to use what the call returns",
        _MODULE,
    ),
    "jax.experimental.loops": (
        "jax.lax.scan, jax.lax.while_loop or jax.lax.cond",
        _MODULE,
    ),
    "jax.experimental.maps": ("jax.shard_map, or jax.vmap with axis_name", _MODULE),
    "jax.experimental.maps.Mesh": ("jax.sharding.Mesh", "the class moved"),
    "jax.experimental.maps.mesh": (
        "jax.sharding.Mesh(numpy.array(devices), names)",
        "a mesh is made from an array of devices",
    ),
    "jax.experimental.sharding": ("jax.sharding", _MODULE),
    "jax.experimental.sharding.MeshPspecSharding": (
        "jax.sharding.NamedSharding",
        "the class was renamed and moved",
    ),
    "jax.experimental.PartitionSpec": ("jax.sharding.PartitionSpec", _ALIAS),
    "jax.experimental.global_device_array": ("jax.Array", _ARRAY),
    "jax.experimental.disable_x64": (
        "jax.enable_x64(False)",
        "one context manager switches 64 bits on and off",
    ),
    "jax.experimental.enable_x64": (
        "jax.enable_x64(True)",
        "it moved to jax, and does nothing without its argument",
    ),
    "jax.config.enable_omnistaging": (
        "nothing: delete the line",
        "omnistaging is always on",
    ),
    "jax.config.config": ("jax.config", "jax.config is an object, no longer a module"),
    "jax.abstract_arrays": ("jax.core.ShapedArray", _MODULE),
    **{
        f"jax.core.{name}": (f"jax.extend.core.{name}", _EXTEND)
        for name in (
            "ClosedJaxpr",
            "Jaxpr",
            "JaxprEqn",
            "Literal",
            "Primitive",
            "Var",
            "concrete_or_error",
            "jaxpr_as_fun",
        )
    },
    "jax.core.Shape": ("tuple[int, ...]", "it was an alias for annotations"),
    "jax.core.get_aval": ("jax.typeof", "it says shape and dtype of any value"),
    "jax.ShapedArray": ("jax.core.ShapedArray", "it was never a name of jax itself"),
    "jax.linear_util": ("jax.extend.linear_util", _EXTEND),
    "jax.util": ("a function of your own", _EXTEND),
    "jax.lib.xla_bridge": ("jax.extend.backend", _EXTEND),
    "jax.lib.xla_client": ("jax.Device for the class Device", _EXTEND),
    "jax.api": ("jax", "its functions are those of jax itself"),
    "jax.random.shuffle": (
        "jax.random.permutation(key, x, axis, independent=True)",
        "independent=True shuffles each column by itself, as shuffle did",
    ),
    "jax.partial": ("functools.partial", "it was Python's own"),
    "jax.soft_pmap": ("jax.vmap with a sharding", _MODULE),
    "jax.mask": ("jax.numpy.where", "shapes are static; mask by hand"),
    "jax.xla_computation": ("jax.jit(f).lower(...)", "lowering has an interface now"),
    "jax.custom_transforms": ("jax.custom_jvp", "it was replaced"),
    "jax.defjvp": ("jax.custom_jvp", "rules are attributes of jax.custom_jvp"),
    "jax.defvjp": ("jax.custom_vjp", "rules are attributes of jax.custom_vjp"),
    "jax.lax.tie_in": ("its second argument", "JAX orders operations by itself"),
    "jax.device_put_replicated": (
        "jax.device_put(jnp.stack(n * [x]), sharding)",
        _COPIES,
    ),
    "jax.device_put_sharded": ("jax.device_put(jnp.stack(xs), sharding)", _COPIES),
    "jax.nn.normalize": ("jax.nn.standardize", "it was renamed"),
    "jax.numpy.row_stack": ("jax.numpy.vstack", _NUMPY),
    "jax.numpy.msort": ("jax.numpy.sort with axis=0", _NUMPY),
    "jax.numpy.alltrue": ("jax.numpy.all", _NUMPY),
    "jax.numpy.sometrue": ("jax.numpy.any", _NUMPY),
    "jax.numpy.product": ("jax.numpy.prod", _NUMPY),
    "jax.numpy.cumproduct": ("jax.numpy.cumprod", _NUMPY),
    "jax.numpy.in1d": (
        "jax.numpy.isin(x, y).ravel()",
        "isin keeps the shape of x, and in1d returned one axis",
    ),
    "jax.numpy.trapz": ("jax.numpy.trapezoid", _NUMPY),
    "jax.numpy.round_": ("jax.numpy.round", _NUMPY),
    "jax.numpy.NINF": ("-jax.numpy.inf", _NUMPY),
    "jax.numpy.PZERO": ("0.0", _NUMPY),
    "jax.numpy.fix": ("jax.numpy.trunc", _NUMPY),
    "haiku.jit": ("jax.jit, outside of hk.transform", "compile init and apply instead"),
    "haiku.Dropout": (
        "haiku.dropout",
        "dropout is a function: hk.dropout(key, rate, x)",
    ),
    "haiku.FlatMap": ("collections.abc.Mapping", _FROZEN),
    "haiku.data_structures.FlatMap": ("collections.abc.Mapping", _FROZEN),
}
OLD = {
    "jax.tree_util.tree_map": ("jax.tree.map", "the short name is the current one"),
    "jax.tree_util.tree_leaves": ("jax.tree.leaves", "the short name is current"),
    "jax.random.PRNGKey": ("jax.random.key", "a typed key is not mistaken for data"),
    "jax.pmap": (
        "jax.jit with a sharding, or jax.shard_map",
        "one compiled function works for one device or many",
    ),
    "jax.host_count": ("jax.process_count", "it was renamed, and warns"),
    "jax.host_id": ("jax.process_index", "it was renamed, and warns"),
}
# Arguments of calls by keyword, by the full name of the function.
GONE_ARGUMENTS = {
    ("jax.numpy.reshape", "newshape"): ("shape", "NumPy renamed it"),
    ("jax.numpy.quantile", "interpolation"): ("method", "NumPy renamed it"),
    ("jax.checkpoint", "concrete"): ("nothing: delete it", "it was removed"),
    ("jax.numpy.clip", "a_min"): ("min", "the array API standard names it so"),
    ("jax.numpy.clip", "a_max"): ("max", "the array API standard names it so"),
}
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
# Methods and attributes of arrays, whatever the array is called.
GONE_METHODS = {
    "block_host_until_ready": ("block_until_ready", _ALIAS),
    "device_buffer": ("addressable_data(0)", _ARRAY),
    "device_buffers": ("[shard.data for shard in x.addressable_shards]", _ARRAY),
    "to_py": ("numpy.asarray(x)", "NumPy converts by itself"),
}


def find_changes(source: str) -> list[Change]:
    """List what a source file must change to run with today's JAX and Haiku.

    Names are followed through the imports of the file, so `jnp.alltrue` is found
    whatever jax.numpy is called there. So is an argument in `functools.partial`, or of
    a name given at top level, as in `clip = jnp.clip`. The names are those of a table,
    which does not hold every name that was ever removed. What the file does with
    `getattr`, with `import *`, with `**options`, with strings, or with other libraries
    is not seen.

    Args:
      source: the text of a Python file.

    Returns:
      The changes in the order of their lines; empty if none is known.

    Raises:
      ValueError: if the text is not Python 3.
    """
    try:
        tree = ast.parse(source.removeprefix("\ufeff"))  # as some editors write it
    except SyntaxError as error:
        message = f"line {error.lineno} is not Python 3: {error.msg}."
        raise ValueError(message) from None
    return sorted(set(_changes(tree, _bound(tree))))


def _bound(tree: ast.Module) -> dict[str, str]:
    """The full names of what imports, and assignments at top level, bind in a file."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                top = one.name.partition(".")[0]
                names[one.asname or top] = one.name if one.asname else top
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for one in node.names:
                names[one.asname or one.name] = f"{node.module}.{one.name}"
    for node in tree.body:
        if isinstance(node, ast.Assign) and (full := _full_name(node.value, names)):
            names |= {to.id: full for to in node.targets if isinstance(to, ast.Name)}
    return names


def _changes(tree: ast.Module, imported: dict[str, str]) -> Iterator[Change]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level:
            for one in node.names:
                yield from _named(f"{node.module}.{one.name}", node.lineno)
        elif isinstance(node, ast.Import):
            for one in node.names:
                yield from _named(one.name, node.lineno)
        elif isinstance(node, ast.Attribute):
            full = _full_name(node, imported)
            known = list(_named(full, node.end_lineno)) if full else []
            yield from known
            if not known and node.attr in GONE_METHODS:
                yield Change(node.end_lineno, node.attr, *GONE_METHODS[node.attr], True)
        elif isinstance(node, ast.Call):
            yield from _argument_changes(node, imported)


def _argument_changes(node: ast.Call, imported: dict[str, str]) -> Iterator[Change]:
    """The changes of a call's arguments, also where `functools.partial` gets them."""
    function, arguments = _full_name(node.func, imported), node.args
    if function == "functools.partial" and arguments:
        function, arguments = _full_name(arguments[0], imported), arguments[1:]
    for argument in node.keywords:
        key, old = (function, argument.arg), f"{argument.arg}= of {function}"
        if key in GONE_ARGUMENTS:
            yield Change(argument.lineno, old, *GONE_ARGUMENTS[key], True)
        elif key == ("haiku.transform", "apply_rng"):
            value = _truth(argument.value)
            yield Change(argument.lineno, old, *APPLY_RNG[value], value is not True)
    # By position it is refused whatever its value is; `f` comes first.
    if function == "haiku.transform" and len(arguments) > 1:
        new, _ = APPLY_RNG[_truth(arguments[1])]
        old, reason = "second argument of haiku.transform", "it takes the function only"
        yield Change(arguments[1].lineno, old, new, reason, True)


def _truth(value: ast.expr) -> bool | None:
    """Whether an expression is true, if it is a literal; None if that is not known."""
    return bool(value.value) if isinstance(value, ast.Constant) else None


def _named(full: str, line: int) -> Iterator[Change]:
    """The change of a full name, or of the module that holds it."""
    for table, fails in ((GONE, True), (OLD, False)):
        if full in table:
            yield Change(line, full, *table[full], fails)
        else:
            parents = (name for name in table if full.startswith(f"{name}."))
            for name in parents:
                yield Change(line, name, *table[name], fails)


def _full_name(node: ast.expr, imported: dict[str, str]) -> str:
    """The dotted name of an expression through the imports; empty if it has none."""
    if isinstance(node, ast.Name):
        return imported.get(node.id, "")
    if isinstance(node, ast.Attribute):
        base = _full_name(node.value, imported)
        return base and f"{base}.{node.attr}"
    return ""
