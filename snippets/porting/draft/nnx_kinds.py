"""Haiku's layers that Flax NNX has, too: how each is made there, and its sources."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import haiku as hk

from . import nnx_layers, running, stacks
from .nodes import Node

GIVEN = "rngs"  # what the function that builds a port gets
NAME = "Flax NNX"


MODULE = "nnx.Module"
# Names of this package that a file may have, and no class of the port may take.
RESERVED = {**vars(running), **vars(stacks), **vars(nnx_layers)}


def entry(zeros: str, is_state: bool, names: Any) -> str:
    """The code of an array of its own."""
    if is_state:
        names.layers.add("State")
        return f"State({zeros})"
    names.module("flax.nnx")
    return f"nnx.Param({zeros})"


class Native(NamedTuple):
    """A layer of the other library for a module of Haiku.

    Attributes:
      code: the call that makes it.
      piece: the function that gives its sources, and its arguments after the paths.
      layers: the names of `layers` that the code uses.
    """

    code: str
    piece: tuple[str, str]
    layers: tuple[str, ...] = ()


def native_of(
    kinds: Mapping[type, Callable], node: Node, shapes: dict[str, tuple[int, ...]]
) -> Native | None:
    """The library's layer that computes what a module does; None if there is none.

    Args:
      kinds: what makes it, by the type of the module.
      node: the module.
      shapes: the shapes of its arrays and of those below it, by their paths in it.
    """
    kind = kinds.get(node.type) if shapes else None  # none: those of another transform
    return kind(node.values, shapes, node) if kind else None


def is_plain(node: Node, arguments: int = 1) -> bool:
    """Whether all calls are of `__call__`, with arguments by position."""
    return all(
        name == "__call__" and len(args) <= arguments and not kwargs
        for name, args, kwargs in node.calls
    )


def _linear(values: dict, shapes: dict, node: Node) -> Native | None:
    if not is_plain(node):
        return None
    bias = flag("use_bias", values["with_bias"])
    size = ", ".join(map(str, shapes["w"]))
    return Native(f"nnx.Linear({size}{bias}, rngs=rngs)", ("linear", biased(values)))


def biased(values: dict) -> str:
    """The argument of a piece for a layer that may lack its bias."""
    return "" if values["with_bias"] else ", bias=False"


def flag(name: str, value: bool) -> str:
    """An argument that is true by default."""
    return "" if value else f", {name}=False"


class Convolution(NamedTuple):
    """The sizes of a convolution, groups and padding."""

    inputs: int
    outputs: int
    kernel: tuple[int, ...]
    groups: int
    padding: str | tuple


def convolution(values: dict, shapes: dict, node: Node) -> Convolution | None:
    """The sizes of a convolution with channels last; None if it is of another kind."""
    is_usual = (
        values["channel_index"] == -1 and values["mask"] is None and "w" in shapes
    )
    padding = _padding(values["padding"])
    if not is_plain(node) or not is_usual or padding is None:
        return None
    *kernel, inputs, outputs = shapes["w"]
    groups = values["feature_group_count"]
    return Convolution(inputs * groups, outputs, tuple(kernel), groups, padding)


def _conv(values: dict, shapes: dict, node: Node) -> Native | None:
    sizes = convolution(values, shapes, node)
    if sizes is None:
        return None
    options = {
        "strides": (tuple(values["stride"]), 1),
        "padding": (sizes.padding, "SAME"),
        "input_dilation": (tuple(values["lhs_dilation"]), 1),
        "kernel_dilation": (tuple(values["kernel_dilation"]), 1),
        "feature_group_count": (sizes.groups, 1),
        "use_bias": (values["with_bias"], True),
    }
    more = "".join(
        f", {name}={value!r}"
        for name, (value, usual) in options.items()
        if value != usual and value != (usual,) * len(sizes.kernel)
    )
    size = f"{sizes.inputs}, {sizes.outputs}, {sizes.kernel}"
    return Native(f"nnx.Conv({size}{more}, rngs=rngs)", ("conv", biased(values)))


def _padding(padding: Any) -> Any:
    if isinstance(padding, str):
        return padding.upper()
    try:
        return tuple((int(low), int(high)) for low, high in padding)
    except TypeError:
        return None


def _layer_norm(values: dict, shapes: dict, node: Node) -> Native | None:
    if not is_plain(node) or not is_last(values["axis"]) or not shapes:
        return None
    if not is_last(values["param_axis"]):
        return None
    size = next(iter(shapes.values()))[-1]
    code = f"nnx.LayerNorm({size}, {_like(values)}{_affine(values)}, rngs=rngs)"
    return Native(code, ("layer_norm", scaled(values)))


def is_last(axis: Any) -> bool:
    """Whether an axis is the last one."""
    return axis in (-1, (-1,), [-1])


def _like(values: dict) -> str:
    fast = "" if values.get("use_fast_variance") else ", use_fast_variance=False"
    return f"epsilon={values['eps']}{fast}"


def _affine(values: dict) -> str:
    scale = flag("use_scale", values["create_scale"])
    return scale + flag("use_bias", values["create_offset"])


def scaled(values: dict) -> str:
    """The arguments of a piece for a norm that may lack scale and offset."""
    return flag("scale", values["create_scale"]) + flag(
        "offset", values["create_offset"]
    )


def _rms_norm(values: dict, shapes: dict, node: Node) -> Native | None:
    if not is_plain(node) or not is_last(values["axis"]) or "scale" not in shapes:
        return None
    code = f"nnx.RMSNorm({shapes['scale'][-1]}, epsilon={values['eps']}, rngs=rngs)"
    return Native(code, ("rms_norm", ""))


def _batch_norm(values: dict, shapes: dict, node: Node) -> Native | None:
    plain = all(
        name == "__call__" and len(args) <= 3 and not set(kwargs) & {"scale", "offset"}
        for name, args, kwargs in node.calls
    )
    unlike = values["cross_replica_axis"] or values["axis"] is not None
    ema = values["mean_ema"]
    if not plain or unlike or values["channel_index"] != -1 or not ema.zero_debias:
        return None
    size = shapes["~/mean_ema/average"][-1]
    options = f"momentum={ema.decay}, epsilon={values['eps']}, use_fast_variance=True"
    code = f"BatchNorm({size}, {options}{_affine(values)}, rngs=rngs)"
    return Native(code, ("batch_norm", scaled(values)), ("BatchNorm",))


def is_looked_up(values: dict, node: Node) -> bool:
    """Whether a table is only read by index, or as a whole."""
    plain = all(
        name == "embeddings" or (name == "__call__" and len(args) == 1 and not kwargs)
        for name, args, kwargs in node.calls
    )
    return plain and str(values["lookup_style"]).upper().endswith("ARRAY_INDEX")


def _embed(values: dict, shapes: dict, node: Node) -> Native | None:
    if not is_looked_up(values, node) or "embeddings" not in shapes:
        return None
    size = ", ".join(map(str, shapes["embeddings"]))
    return Native(f"Embed({size}, rngs=rngs)", ("embed", ""), ("Embed",))


def _attention(values: dict, shapes: dict, node: Node) -> Native | None:
    heads, size = values["num_heads"], values["key_size"]
    inputs = {shapes[f"{part}/w"][0] for part in ("query", "key", "value")}
    called = {name for name, *_ in node.calls} == {"__call__"}
    if size != values["value_size"] or len(inputs) > 1 or not called:
        return None
    bias = flag("use_bias", values["with_bias"])
    code = (
        f"MultiHeadAttention({heads}, {inputs.pop()}, {heads * size}, "
        f"{values['model_size']}{bias}, decode=False, rngs=rngs)"
    )
    piece = ("multi_head_attention", f", {heads}{biased(values)}")
    return Native(code, piece, ("MultiHeadAttention",))


_KINDS: dict[type, Callable[[dict, dict, Node], Native | None]] = {
    hk.Linear: _linear,
    **dict.fromkeys((hk.ConvND, hk.Conv1D, hk.Conv2D, hk.Conv3D), _conv),
    hk.LayerNorm: _layer_norm,
    hk.RMSNorm: _rms_norm,
    hk.BatchNorm: _batch_norm,
    hk.Embed: _embed,
    hk.MultiHeadAttention: _attention,
}
native = partial(native_of, _KINDS)
