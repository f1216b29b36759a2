"""What functions of Python, JAX and other packages do, as far as names need it."""

from typing import Any

from .arithmetic import is_array, text_of
from .builtin_calls import BUILTINS
from .naming import prefixed, snake_case
from .values import External, Function, Instance, Items, Partial, Unknown, is_constant

# Packages whose functions make no Haiku modules.
_PURE = """
jax jaxlib numpy optax chex builtins math functools itertools typing dataclasses
collections operator absl ml_collections jmp tree jraph jaxtyping einops
typing_extensions warnings contextlib enum abc scipy logging os re string copy types
inspect time random tensorflow tensorflow_probability tensorflow_datasets torch pandas
rlax distrax tqdm pickle json matplotlib sys pathlib e3nn_jax jax_md numpyro dm_env
haiku networkx sklearn flax jaxline wandb argparse
"""
# Functions of NumPy that look at shapes and types alone.
_OF_SHAPES = """
shape ndim size issubdtype result_type dtype iscomplexobj
"""
# These return the function that they get, changed in a way that keeps all names.
_KEEP = """
jit vmap pmap grad value_and_grad checkpoint remat named_call jacfwd jacrev hessian
custom_jvp custom_vjp lru_cache cache wraps linearize contextmanager named_scope
beartype jaxtyped shard_map xmap cast
"""
# These call the function that is their first argument.
_CALL = """
tree_map tree_multimap map filter reduce apply_along_axis map_structure scan
associative_scan tree_map_with_path eval_shape starmap
"""


def call(trace: Any, full: str, args: list, keywords: dict, node: Any) -> Any:
    """The value of a call of something outside the files."""
    name = full.rpartition(".")[2]
    package = full.partition(".")[0]
    text = text_of(node) if node is not None else f"{name}(...)"
    if package in ("builtins", "itertools") and name in BUILTINS:
        return BUILTINS[name](args, keywords, text)
    if full == "functools.partial":
        return _partial(args, keywords, text)
    if full.startswith("jax.") and name in (
        "cond",
        "switch",
        "fori_loop",
        "while_loop",
    ):
        _branches(trace, args)
        return Unknown(text, True)
    if full.endswith("tree.map") or (
        name in _CALL.split() and package in _PURE.split()
    ):
        if (
            args
            and not is_constant(args[0])
            and not isinstance(args[0], (Unknown, External))
        ):
            from .haiku_calls import count_of

            trace.call(
                args[0], [Unknown("x", True, True)] * count_of(args[0]), {}, node
            )
        return Unknown(text, True)
    if package in _PURE.split() and name in _KEEP.split():
        if args and not is_constant(args[0]):
            return args[0]
        return External(full)  # with options, it is called with the function next
    if package not in _PURE.split():
        _foreign(trace, full, name)
        return Unknown(text)
    arrays = any(map(is_array, args))
    if package == "numpy" and arrays and name not in _OF_SHAPES.split():
        trace.note("numpy", f"numpy.{name}")
    return Unknown(text, True, arrays and package != "builtins")


def _foreign(trace: Any, full: str, name: str) -> None:
    """A function that is not among the files may make modules where it is called."""
    reason = f"what {full} makes, which is not among the files"
    if name[:1].isupper():  # a class: one module, of its own name
        frame = trace.frames[-1]

        trace.doubt(prefixed(frame, snake_case(name)), reason)
    elif trace.within:
        trace.doubt("", reason)


def _branches(trace: Any, args: list) -> None:
    for one in args[:3]:
        many = one.values if isinstance(one, Items) else [one]
        for function in many:
            if isinstance(function, (Function, Partial, Instance)):
                from .haiku_calls import count_of

                trace.call(
                    function, [Unknown("x", True, True)] * count_of(function), {}
                )


def _partial(args: list, keywords: dict, text: str) -> Any:
    if not args:
        return Unknown(text)
    return Partial(args[0], args[1:], keywords)
