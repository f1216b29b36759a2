"""What the functions of Haiku do to names, parameters and state."""

from typing import Any

from .arithmetic import is_array, text_of
from .naming import FORCED, numbered, prefixed, snake_case
from .values import (
    MODULE,
    Bound,
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Partial,
    Transformed,
    Unknown,
    Unsplit,
    is_constant,
)

TRANSFORMS = {
    "transform": (False, 1),
    "transform_with_state": (True, 1),
    "multi_transform": (False, 2),
    "multi_transform_with_state": (True, 2),
}
# Bound values that are called once more: `hk.layer_stack(3)(f)`, `hk.name_like("f")`.
WRAPS = """
layer_stack lift lift_with_state name_like stacked lifted multi
"""
# Functions that return the function that they get, with all names as they were.
_KEEP = """
remat jit grad value_and_grad vmap checkpoint_name named_call without_apply_rng
without_state with_empty_state BatchApply with_rng
"""
# Functions that call functions, by the places of those.
_CALL = {
    "scan": (0,),
    "fori_loop": (2,),
    "while_loop": (0, 1),
    "cond": (1, 2),
    "map": (0,),
    "dynamic_unroll": (0,),
    "static_unroll": (0,),
    "eval_shape": (0,),
    "expand_apply": (0,),
}
_DRAWS = {"next_rng_key", "maybe_next_rng_key", "next_rng_keys"}
_OF_FUNCTIONS = {"func": 0, "f": 0, "fun": 0, "body_fun": 2, "cond_fun": 1, "core": 0}


def call(trace: Any, full: str, args: list, keywords: dict, node: Any) -> Any:
    """The value of a call of Haiku's."""
    name = full.rpartition(".")[2]
    text = text_of(node) if node is not None else name
    if name in TRANSFORMS:
        function = args[0] if args else keywords.get("f", Unknown(text))
        made = Transformed(function)
        trace.transformed(name, made, node)
        return made
    if name in ("get_parameter", "get_state"):
        kind = "parameter" if name == "get_parameter" else "state"
        if kind == "parameter" or "init" in keywords or len(args) > 3:
            trace.add(kind, keywords.get("name", args[0] if args else Unknown(text)))
        return Unknown(text, True, True)
    if name == "set_state":
        trace.add("state", keywords.get("name", args[0] if args else Unknown(text)))
        return None
    if name == "without_apply_rng" and args and isinstance(args[0], Transformed):
        args[0].has_key = False
    if name == "vmap" and args and _never_splits(node):
        return Unsplit(args[0], trace.here)
    if name in _KEEP.split():
        return (
            args[0] if args else keywords.get("f", keywords.get("fun", Unknown(text)))
        )
    if name in _CALL:
        return _calling(trace, name, args, keywords, text)
    if name == "switch":
        branches = args[1] if len(args) > 1 else None
        for one in branches.values if isinstance(branches, Items) else ():
            trace.call(one, [Unknown("x", True, True)] * 9, {}, node)
        return Unknown(text, True)
    return _of_names(trace, name, args, keywords, text)


def _never_splits(node: Any) -> bool:
    """Whether a call of `hk.vmap` says `split_rng=False`, as opposed to a condition."""
    given = {one.arg: one.value for one in getattr(node, "keywords", ())}
    return getattr(given.get("split_rng"), "value", None) is False


def _calling(trace: Any, name: str, args: list, keywords: dict, text: str) -> Any:
    """Functions that call what they get, at least once."""
    places = _CALL[name]
    functions = [args[n] for n in places if n < len(args)]
    functions += [v for k, v in keywords.items() if k in _OF_FUNCTIONS]
    if name == "scan" and "init" not in keywords and len(args) < 2:
        return Unknown(text, True)
    for one in functions:
        if not is_constant(one) and not isinstance(one, Unknown):
            trace.call(one, [Unknown("x", True, True)] * count_of(one), {})
    return Unknown(text, True)


def count_of(function: Any) -> int:
    """How many arguments a function needs."""
    if isinstance(function, Bound) and function.me is not None:
        return max(0, count_of(function.function) - 1)
    if isinstance(function, Partial):
        return max(0, count_of(function.function) - len(function.args))
    if isinstance(function, Instance):
        method, _ = function.cls.lookup("__call__")
        return max(0, count_of(method) - 1)
    if not isinstance(function, Function):
        return 1
    given = function.node.args
    return len(given.posonlyargs) + len(given.args) - len(given.defaults)


def _of_names(trace: Any, name: str, args: list, keywords: dict, text: str) -> Any:
    """Functions that change under which names modules are filed."""
    first = args[0] if args else None
    if name == "name_scope":
        method = keywords.get("method_name", "__call__")
        return _name_scope(
            trace, first, method if isinstance(method, str) else "__call__"
        )
    if name == "name_like":
        return Bound(None, first, "name_like")
    if name == "force_name":
        return FORCED + first if isinstance(first, str) else Unknown(text, True)
    if name == "to_module":
        return _to_module(trace, first, text)
    if name in ("layer_stack", "lift", "lift_with_state", "transparent_lift"):
        return _lifting(trace, name, args, keywords)
    if name == "running_init":
        return True  # what `init` makes is what the tree has
    if name in _DRAWS and trace.unsplit:
        trace.note("unsplit", name, trace.unsplit[-1])
    return Unknown(text, True, any(map(is_array, args)))


def wrapped(trace: Any, bound: Bound, args: list, keywords: dict, node: Any) -> Any:
    """What such a function gives when it is called once more."""
    if bound.name == "name_like":
        function = args[0] if args else None
        if isinstance(function, Function):
            function.like = bound.me if isinstance(bound.me, str) else ""
        return function
    if bound.name == "layer_stack":
        function = args[0] if args else Unknown("f")
        return Bound(function, bound.me, "stacked")
    path, doubts = _lifted_name(trace, bound.me)
    function = bound.function
    inner = function.function if isinstance(function, Transformed) else function
    with trace.apart(path), trace.under(*doubts):
        result = trace.call(
            inner, [Unknown("x", True, True)] * count_of(inner), {}, node
        )
    return (
        result
        if bound.name == "stacked"
        else Unknown(text_of(node) if node else "a lift")
    )


def _lifting(trace: Any, name: str, args: list, keywords: dict) -> Bound:
    if name == "layer_stack":
        per_layer = keywords.get("with_per_layer_inputs", False)
        default = f"__layer_stack_{'with' if per_layer is True else 'no'}_per_layer"
        given = keywords.get("name", args[3] if len(args) > 3 else None)
        chosen = default if given is None else given
        if isinstance(per_layer, Unknown):
            chosen = Unknown(per_layer.text)
        if keywords.get("transparency_map") is not None or keywords.get("transparent"):
            chosen = Unknown("transparency_map")
        return Bound(None, chosen, "layer_stack")
    function = args[0] if args else keywords.get("init_fn")
    if isinstance(function, Bound) and isinstance(function.me, Transformed):
        function = function.me
    chosen = "" if name == "transparent_lift" else keywords.get("name", "lifted")
    made = Bound(function, chosen, "lifted")
    return (
        Items.of([made, Unknown("updater", True)])
        if name == "lift_with_state"
        else made
    )


def _lifted_name(trace: Any, name: Any) -> tuple[str, list[str]]:
    """The path of a lifting module that is made here, and why it may be another."""
    if name == "":
        return "", []
    made = Instance(Class("Lifted", [MODULE], {}), place=trace.here)
    with trace.frame(made, "__init__"):
        name_module(trace, made, name)
    return made.path, sorted(made.doubts)


def _name_scope(trace: Any, name: Any, method: str) -> Bound:
    me = None
    entered = 0
    for part in name.split("/") if isinstance(name, str) else [name]:
        me = Instance(Class("NameScope", [MODULE], {}), place=trace.here)
        with trace.frame(me, "__init__"):
            name_module(trace, me, part)
        trace.frames.append(type(trace.frames[0])(me, method))
        entered += 1
    del trace.frames[-entered:]
    return Bound(method, me, "name_scope")


def _to_module(trace: Any, function: Any, text: str) -> Any:
    """A class whose instances call a function."""
    name = getattr(getattr(function, "node", None), "name", None)
    body = (
        "class ToModuleWrapper(hk.Module):\n"
        f"    def __init__(self, name={name!r}): super().__init__(name=name)\n"
        "    def __call__(self, *args, **kwargs): return function(*args, **kwargs)\n"
    )
    return trace.project.sketched(trace, body, {"function": function})


def name_module(trace: Any, me: Instance, given: Any) -> None:
    """Give a module its path, as `hk.Module.__init__` does, from where it is made."""
    from .trace import Made, shown

    named = given is not None
    if given is None:
        own, _ = me.cls.lookup("name")
        given = me.names.get("name", own)
        given = snake_case(me.cls.name) if given is None else given
    doubts = set()
    if isinstance(given, Choice):
        doubts |= {condition for condition, _ in given.options[:1]}
        given = given.options[0][1]
        given = snake_case(me.cls.name) if given is None else given
    if not isinstance(given, str):
        text = getattr(given, "text", "its name")
        doubts.add(text)
        given = shown(text)
    if given.startswith(FORCED):
        me.path = given.removeprefix(FORCED)
        return
    frame = trace.frames[-2] if len(trace.frames) > 1 else trace.frames[-1]
    if trace.frames[-1].module is not me:  # named outside of its constructor
        frame = trace.frames[-1]
    me.path, base, count = numbered(frame, prefixed(frame, given))
    trace.set(frame.counters, base, count)
    doubts |= frame.doubts.get(base, frozenset()) | frame.doubts.get("", frozenset())
    if frame.module is not None:
        doubts |= frame.module.doubts
    me.doubts = frozenset(doubts)
    trace.made.append(
        Made(me.path, base, id(frame), named, me.doubts, me.place, me.cls)
    )
    trace.set(me.names, "module_name", me.path)
    trace.set(me.names, "name", me.path.rpartition("/")[2])
