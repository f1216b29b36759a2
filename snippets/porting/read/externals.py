"""What functions of Python, JAX and other packages do, as far as names need it."""

import ast
from typing import Any

from .expressions import is_array, text_of
from .naming import snake_case
from .values import (
    OPEN,
    VALUES,
    Choice,
    Class,
    External,
    Function,
    Instance,
    Items,
    Partial,
    Table,
    Unknown,
    is_constant,
)

MOST_ITEMS = 300
# Packages whose functions make no Haiku modules.
_PURE = {
    "jax", "jaxlib", "numpy", "optax", "chex", "builtins", "math", "functools", "itertools",
    "typing", "dataclasses", "collections", "operator", "absl", "ml_collections", "jmp", "tree",
    "jraph", "jaxtyping", "einops", "typing_extensions", "warnings", "contextlib", "enum", "abc",
    "scipy", "logging", "os", "re", "string", "copy", "types", "inspect", "time", "random",
    "tensorflow", "tensorflow_probability", "tensorflow_datasets", "torch", "pandas", "rlax",
    "distrax", "tqdm", "pickle", "json", "matplotlib", "sys", "pathlib", "e3nn_jax", "jax_md",
    "numpyro", "dm_env", "haiku", "networkx", "sklearn", "flax", "jaxline", "wandb", "argparse",
}  # fmt: skip
# Functions of NumPy that look at shapes and types alone.
_OF_SHAPES = {"shape", "ndim", "size", "issubdtype", "result_type", "dtype", "iscomplexobj"}
# These return the function that they get, changed in a way that keeps all names.
_KEEP = {
    "jit", "vmap", "pmap", "grad", "value_and_grad", "checkpoint", "remat", "named_call", "jacfwd",
    "jacrev", "hessian", "custom_jvp", "custom_vjp", "lru_cache", "cache", "wraps", "linearize",
    "contextmanager", "named_scope", "beartype", "jaxtyped", "shard_map", "xmap", "cast",
}  # fmt: skip
# These call the function that is their first argument.
_CALL = {
    "tree_map", "tree_multimap", "map", "filter", "reduce", "apply_along_axis", "map_structure",
    "scan", "associative_scan", "tree_map_with_path", "eval_shape", "starmap",
}  # fmt: skip


def call(trace: Any, full: str, args: list, keywords: dict, node: Any) -> Any:
    """The value of a call of something outside the files."""
    name = full.rpartition(".")[2]
    package = full.partition(".")[0]
    text = text_of(node) if node is not None else f"{name}(...)"
    if package in ("builtins", "itertools") and name in _BUILTINS:
        return _BUILTINS[name](args, keywords, text)
    if full == "functools.partial":
        return _partial(args, keywords, text)
    if full.startswith("jax.") and name in ("cond", "switch", "fori_loop", "while_loop"):
        _branches(trace, args)
        return Unknown(text, True)
    if full.endswith("tree.map") or (name in _CALL and package in _PURE):
        if args and not is_constant(args[0]) and not isinstance(args[0], (Unknown, External)):
            from .haiku_calls import count_of

            trace.call(args[0], [Unknown("x", True, True)] * count_of(args[0]), {}, node)
        return Unknown(text, True)
    if package in _PURE and name in _KEEP:
        if args and not is_constant(args[0]):
            return args[0]
        return External(full)  # with options, it is called with the function next
    if package not in _PURE:
        _foreign(trace, full, name)
        return Unknown(text)
    arrays = any(map(is_array, args))
    if package == "numpy" and arrays and name not in _OF_SHAPES:
        trace.note("numpy", f"numpy.{name}")
    return Unknown(text, True, arrays and package != "builtins")


def _foreign(trace: Any, full: str, name: str) -> None:
    """A function that is not among the files may make modules where it is called."""
    reason = f"what {full} makes, which is not among the files"
    if name[:1].isupper():  # a class: one module, of its own name
        frame = trace.frames[-1]
        from .naming import prefixed

        trace.doubt(prefixed(frame, snake_case(name)), reason)
    elif trace.within:
        trace.doubt("", reason)


def _branches(trace: Any, args: list) -> None:
    for one in args[:3]:
        many = one.values if isinstance(one, Items) else [one]
        for function in many:
            if isinstance(function, (Function, Partial, Instance)):
                from .haiku_calls import count_of

                trace.call(function, [Unknown("x", True, True)] * count_of(function), {})


def _partial(args: list, keywords: dict, text: str) -> Any:
    if not args:
        return Unknown(text)
    return Partial(args[0], args[1:], keywords)


def _range(args: list, keywords: dict, text: str) -> Any:
    if args and all(type(one) is int for one in args) and 0 not in args[2:]:
        numbers = range(*args)
        if len(numbers) <= MOST_ITEMS:
            return Items.of(list(numbers))
    if len(args) == 1:  # a loop is taken to run at least once
        return Items.of([0], text)
    return Items.of(args[:1] if args and type(args[0]) is int else [], text)


def _enumerate(args: list, keywords: dict, text: str) -> Any:
    start = keywords.get("start", args[1] if len(args) > 1 else 0)
    values = args[0] if args else Unknown(text)
    if type(start) is not int:
        return Items.of([], text)
    if not isinstance(values, Items):
        first = Unknown(f"one of {getattr(values, 'text', text)}")
        return Items.of([Items.of([start, first])], text)
    listed = values.values or [Unknown(f"one of {text}")] * bool(values.open)
    pairs = [Items.of([start + n, one]) for n, one in enumerate(listed)]
    return Items.of(pairs, values.open)


def _zip(args: list, keywords: dict, text: str) -> Any:
    closed = [len(one.values) for one in args if isinstance(one, Items) and not one.open]
    if not closed:
        known = [one for one in args if isinstance(one, Items)]
        count, reason = max((len(one.values) for one in known), default=0), text
    else:
        count, reason = min(closed), ""
    rows = [Items.of([_at(one, n, text) for one in args]) for n in range(count)]
    return Items.of(rows, reason)


def _at(values: Any, place: int, text: str) -> Any:
    if isinstance(values, Items) and place < len(values.values):
        return values.values[place]
    return Unknown(f"one of {getattr(values, 'text', text)}")


def _len(args: list, keywords: dict, text: str) -> Any:
    one = args[0] if args else None
    if isinstance(one, str):
        return len(one)
    if isinstance(one, Items) and not one.open:
        return len(one.values)
    if isinstance(one, Table) and not one.open:
        return len(one.names)
    return Unknown(text, True)


def _list(args: list, keywords: dict, text: str) -> Any:
    one = args[0] if args else Items.of([])
    if isinstance(one, Items):
        return Items.of(one.values, one.open)
    if isinstance(one, Table):
        return Items.of(list(one.names), one.open)
    if isinstance(one, str):
        return Items.of(list(one))
    return Items.of([], text)


def _reversed(args: list, keywords: dict, text: str) -> Any:
    one = _list(args, keywords, text)
    return Items.of([], text) if one.open else Items.of(one.values[::-1])


def _sorted(args: list, keywords: dict, text: str) -> Any:
    one = _list(args, keywords, text)
    try:
        return Items.of([], text) if one.open or keywords else Items.of(sorted(one.values))
    except TypeError:
        return Items.of([], text)


def _dict(args: list, keywords: dict, text: str) -> Any:
    table = Table({k: v for k, v in keywords.items() if k != "**"}, "**" * ("**" in keywords))
    if args and isinstance(args[0], Table):
        return Table(args[0].names | table.names, args[0].open or table.open)
    return Table(table.names, table.open or text) if args else table


def _string(args: list, keywords: dict, text: str) -> Any:
    one = args[0] if args else ""
    return str(one) if isinstance(one, (str, int)) else Unknown(text, True)


def _number(args: list, keywords: dict, text: str) -> Any:
    one = args[0] if args else 0
    known = isinstance(one, (int, float)) and abs(one) < 10**12
    return int(one) if known else Unknown(text, True)


def _type(args: list, keywords: dict, text: str) -> Any:
    return args[0].cls if len(args) == 1 and isinstance(args[0], Instance) else Unknown(text)


def _isinstance(args: list, keywords: dict, text: str) -> Any:
    if len(args) != 2 or isinstance(args[0], (Unknown, Choice, External)):
        return Unknown(text, True)
    kinds = args[1].values if isinstance(args[1], Items) else [args[1]]
    if isinstance(args[0], Instance) and all(isinstance(one, Class) for one in kinds):
        return any(one in args[0].cls.mro() for one in kinds)
    plain = {"int": int, "str": str, "float": float, "bool": bool}
    names = [one.full.rpartition(".")[2] for one in kinds if isinstance(one, External)]
    if is_constant(args[0]) and len(names) == len(kinds) and all(n in plain for n in names):
        return isinstance(args[0], tuple(plain[n] for n in names))
    return Unknown(text, True)


def _callable(args: list, keywords: dict, text: str) -> Any:
    if args and isinstance(args[0], (Function, Class, Partial)):
        return True
    return False if args and is_constant(args[0]) else Unknown(text, True)


_BUILTINS = {
    "range": _range, "enumerate": _enumerate, "zip": _zip, "len": _len, "list": _list,
    "tuple": _list, "reversed": _reversed, "sorted": _sorted, "dict": _dict, "str": _string,
    "int": _number, "type": _type, "isinstance": _isinstance, "callable": _callable,
}  # fmt: skip


def method(
    trace: Any, me: Items | Table | str, name: str, args: list, keywords: dict, node: Any
) -> Any:
    """A method of a list, a dictionary or a string."""
    text = text_of(node) if isinstance(node, ast.AST) else name
    if isinstance(me, Items):
        return _of_list(trace, me, name, args, text)
    if isinstance(me, Table):
        return _of_table(trace, me, name, args, text)
    known = all(isinstance(one, (str, int)) for one in (*args, *keywords.values()))
    plain = {"lower", "upper", "strip", "replace", "split", "startswith", "endswith", "format"}
    plain |= {"removeprefix", "removesuffix", "title", "capitalize", "rstrip", "lstrip"}
    if known and name in plain:
        try:
            value = getattr(me, name)(*args, **keywords)
        except (TypeError, ValueError, LookupError, AttributeError):
            return Unknown(text, True)
        return Items.of(value) if isinstance(value, list) else value
    if name == "join" and args and isinstance(args[0], Items) and not args[0].open:
        if all(isinstance(one, str) for one in args[0].values):
            return me.join(args[0].values)
    return Unknown(text, True)


def _of_list(trace: Any, me: Items, name: str, args: list, text: str) -> Any:
    if name == "append" and args:
        trace.set(me.slots, VALUES, [*me.values, args[0]])
    elif name in ("extend", "__iadd__") and args:
        more = args[0]
        known = isinstance(more, Items)
        trace.set(me.slots, VALUES, [*me.values, *(more.values if known else [])])
        if not known or more.open:
            trace.set(me.slots, OPEN, more.open if known else text)
    elif name == "insert" and len(args) == 2 and args[0] == 0:
        trace.set(me.slots, VALUES, [args[1], *me.values])
    elif name == "pop" and me.values and not me.open and args in ([], [0], [-1]):
        place = args[0] if args else -1
        left = list(me.values)
        value = left.pop(place)
        trace.set(me.slots, VALUES, left)
        return value
    elif name == "copy":
        return Items.of(me.values, me.open)
    elif name in ("insert", "pop", "remove", "clear", "sort", "reverse"):
        trace.set(me.slots, OPEN, text)
    return Unknown(text, True) if name in ("pop", "index", "count") else None


def _of_table(trace: Any, me: Table, name: str, args: list, text: str) -> Any:
    if name in ("get", "pop", "setdefault") and args and is_constant(args[0]):
        if args[0] in me.names:
            value = me.names[args[0]]
            if name == "pop":
                trace.set(me.names, args[0], Unknown(text))
            return value
        default = args[1] if len(args) > 1 else None
        if name == "setdefault" and not me.open:
            trace.set(me.names, args[0], default)
        return Unknown(text) if me.open else default
    if name in ("items", "keys", "values"):
        pairs = {"items": [Items.of(pair) for pair in me.names.items()]}
        pairs |= {"keys": list(me.names), "values": list(me.names.values())}
        return Items.of(pairs[name], me.open)
    if name == "copy":
        return Table(dict(me.names), me.open)
    if name == "update" and args and isinstance(args[0], Table) and not args[0].open:
        for key, value in args[0].names.items():
            trace.set(me.names, key, value)
        return None
    if name in ("update", "clear", "popitem"):
        for key in me.names:
            trace.set(me.names, key, Unknown(text))
    return Unknown(text)
