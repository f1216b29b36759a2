"""Haiku's layers that Equinox has, too: how each is made there, and its sources."""

from collections.abc import Callable
from functools import partial
from typing import Any

import haiku as hk

from . import equinox_layers, running, stacks
from .nnx_kinds import (
    Native,
    biased,
    convolution,
    is_last,
    is_looked_up,
    is_plain,
    native_of,
    scaled,
)
from .nodes import Node

GIVEN = "key"  # what the function that builds a port gets
NAME = "Equinox"


MODULE = "eqx.Module"
# Names of this package that a file may have, and no class of the port may take.
RESERVED = {**vars(running), **vars(stacks), **vars(equinox_layers)}


def entry(zeros: str, is_state: bool, names: Any) -> str:
    """The code of an array of its own."""
    if not is_state:
        return zeros
    names.layers.add("Value")
    return f"Value({zeros})"


def _linear(values: dict, shapes: dict, node: Node) -> Native | None:
    if not is_plain(node):
        return None
    size = ", ".join(map(str, shapes["w"]))
    code = f"Linear({size}, use_bias={values['with_bias']}, key=key)"
    return Native(code, ("equinox_linear", biased(values)), ("Linear",))


def _conv(values: dict, shapes: dict, node: Node) -> Native | None:
    sizes = convolution(values, shapes, node)
    if sizes is None or set(values["lhs_dilation"]) != {1}:
        return None
    code = (
        f"Conv({values['num_spatial_dims']}, {sizes.inputs}, {sizes.outputs}, "
        f"{sizes.kernel}, "
        f"stride={tuple(values['stride'])}, padding={sizes.padding!r}, "
        f"dilation={tuple(values['kernel_dilation'])}, groups={sizes.groups}, "
        f"use_bias={values['with_bias']}, key=key)"
    )
    return Native(code, ("equinox_conv", biased(values)), ("Conv",))


def _layer_norm(values: dict, shapes: dict, node: Node) -> Native | None:
    if not is_plain(node) or not is_last(values["axis"]) or not shapes:
        return None
    if not is_last(values["param_axis"]) or values["use_fast_variance"]:
        return None
    size = next(iter(shapes.values()))[-1]
    code = (
        f"LayerNorm({size}, eps={values['eps']}, use_weight={values['create_scale']}, "
        f"use_bias={values['create_offset']})"
    )
    return Native(code, ("equinox_layer_norm", scaled(values)), ("LayerNorm",))


def _rms_norm(values: dict, shapes: dict, node: Node) -> Native | None:
    if not is_plain(node) or not is_last(values["axis"]) or "scale" not in shapes:
        return None
    code = f"RMSNorm({shapes['scale'][-1]}, eps={values['eps']}, use_bias=False)"
    return Native(code, ("equinox_layer_norm", ", offset=False"), ("RMSNorm",))


def _embed(values: dict, shapes: dict, node: Node) -> Native | None:
    if not is_looked_up(values, node) or "embeddings" not in shapes:
        return None
    size = ", ".join(map(str, shapes["embeddings"]))
    return Native(f"Embedding({size}, key=key)", ("equinox_embed", ""), ("Embedding",))


def _attention(values: dict, shapes: dict, node: Node) -> Native | None:
    if {name for name, *_ in node.calls} != {"__call__"}:
        return None
    sizes = {f"{part}_size": shapes[f"{part}/w"][0] for part in ("key", "value")}
    sizes |= {"qk_size": values["key_size"], "vo_size": values["value_size"]}
    sizes["output_size"] = values["model_size"]
    for part in ("query", "key", "value", "output"):
        sizes[f"use_{part}_bias"] = values["with_bias"]
    more = ", ".join(f"{name}={value}" for name, value in sizes.items())
    first = f"{values['num_heads']}, {shapes['query/w'][0]}"
    code = f"MultiheadAttention({first}, {more}, key=key)"
    piece = ("equinox_multi_head_attention", biased(values))
    return Native(code, piece, ("MultiheadAttention",))


_KINDS: dict[type, Callable[[dict, dict, Node], Native | None]] = {
    hk.Linear: _linear,
    **dict.fromkeys((hk.ConvND, hk.Conv1D, hk.Conv2D, hk.Conv3D), _conv),
    hk.LayerNorm: _layer_norm,
    hk.RMSNorm: _rms_norm,
    hk.Embed: _embed,
    hk.MultiHeadAttention: _attention,
}
native = partial(native_of, _KINDS)
