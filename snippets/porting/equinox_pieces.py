"""Sources of one layer of Equinox each, for `port_to_equinox`: join them with `|`.

Each function takes `path`, where the layer is in the Equinox module, as in
"blocks.0.norm", or "" if the layer is the module; and `module`, the name of Haiku's
module, channels last. The flags say which arrays the layer has. Sizes are read off the
arrays. What `hk.layer_stack` holds wants `stacked` around its sources: a convolution
would take the axis of the layers for one of space.
"""

import math
from collections.abc import Sequence

import jax
import jax.numpy as jnp

from .recurrent import for_hidden, for_inputs, forget_bias
from .sources import Source, below, renamed

# What Haiku's moving averages store and `eqx.nn.BatchNorm(..., mode="batch")` has no
# place for: it counts once, and divides when it needs the averages.
EQUINOX_AVERAGES_UNUSED = ("*_ema/average", "*/var_ema/counter")


def equinox_linear(path: str, module: str, *, bias: bool = True) -> dict[str, Source]:
    """Give the sources of an `eqx.nn.Linear`, whose matrix is (out, in).

    Examples:
      >>> list(equinox_linear("out", "mlp/~/linear_0"))
      ['out.weight', 'out.bias']
    """
    sources = renamed(path, module, {"weight": "w"}, jnp.matrix_transpose)
    return sources | (renamed(path, module, {"bias": "b"}) if bias else {})


def equinox_conv(path: str, module: str, *, bias: bool = True) -> dict[str, Source]:
    """Give the sources of an `eqx.nn.Conv`: (out, in, ...), bias (out, 1, ...).

    Examples:
      >>> list(equinox_conv("stem", "conv2_d", bias=False))
      ['stem.weight']
    """
    return _conv(path, module, (-1, -2), bias)


def equinox_conv_transpose(
    path: str, module: str, *, bias: bool = True
) -> dict[str, Source]:
    """Give the sources of an `eqx.nn.ConvTranspose`, whose weight is (out, in, ...).

    For Haiku's "VALID" make it with `padding=0`; for "SAME", the default, with
    `**same_padding(kernel_shape, stride)`.

    Examples:
      >>> list(equinox_conv_transpose("up", "conv2_d_transpose"))
      ['up.weight', 'up.bias']
    """
    return _conv(path, module, (-2, -1), bias)


def same_padding(
    kernel_shape: Sequence[int], stride: int
) -> dict[str, tuple[tuple[int, int], ...] | tuple[int, ...]]:
    """Give the arguments of `eqx.nn.ConvTranspose` that mean Haiku's "SAME".

    Args:
      kernel_shape: the size of the kernel along each spatial axis.
      stride: that of all axes.

    Returns:
      The arguments `padding`, a pair for each axis, and `output_padding`.

    Examples:
      >>> same_padding((3, 3), 2)["padding"]
      ((0, 1), (0, 1))
    """
    pairs, more = [], []
    for size in kernel_shape:
        total = size + stride - 2  # what lax.conv_transpose puts around its input
        first = size - 1 if stride > size - 1 else math.ceil(total / 2)
        last = size - 1 - (total - first)
        pairs.append((size - 1 - first, max(last, 0)))
        more.append(max(-last, 0))
    return {"padding": tuple(pairs), "output_padding": tuple(more)}


def _conv(
    path: str, module: str, axes: tuple[int, int], bias: bool
) -> dict[str, Source]:
    def to_front(w: jax.Array) -> jax.Array:
        return jnp.moveaxis(w, axes, (0, 1))

    def upright(b: jax.Array, w: jax.Array) -> jax.Array:  # as many axes as space has
        return b.reshape(-1, *[1] * (w.ndim - 2))

    sources: dict[str, Source] = {below(path, "weight"): (f"{module}/w", to_front)}
    if bias:
        sources[below(path, "bias")] = (f"{module}/b", f"{module}/w", upright)
    return sources


def equinox_embed(path: str, module: str) -> dict[str, Source]:
    """Give the source of an `eqx.nn.Embedding`.

    Examples:
      >>> equinox_embed("words", "embed")["words.weight"]
      'embed/embeddings'
    """
    return renamed(path, module, {"weight": "embeddings"})


def equinox_layer_norm(
    path: str, module: str, *, scale: bool = True, offset: bool = True
) -> dict[str, Source]:
    """Give the sources of an `eqx.nn.LayerNorm`, or of an `eqx.nn.RMSNorm`.

    Examples:
      >>> list(equinox_layer_norm("norm", "rms_norm", offset=False))
      ['norm.weight']
    """
    names = {"weight": "scale"} if scale else {}
    return renamed(path, module, names | ({"bias": "offset"} if offset else {}))


def equinox_batch_norm(
    path: str, module: str, *, affine: bool = True
) -> dict[str, Source]:
    """Give the sources of an `eqx.nn.BatchNorm` with `mode="batch"` and of its state.

    Haiku's `decay_rate` is `momentum`. `EQUINOX_AVERAGES_UNUSED` is what is left of it.

    Examples:
      >>> list(equinox_batch_norm("bn", "batch_norm", affine=False))[0]
      'bn.batch_state_index.0'
    """
    names = {"weight": "scale", "bias": "offset"} if affine else {}
    for index, part in enumerate(("mean", "var")):
        names[f"batch_state_index.{index}"] = f"~/{part}_ema/hidden"
    sources = renamed(path, module, names, jnp.ravel)
    return sources | renamed(path, module, {"batch_counter": "~/mean_ema/counter"})


def equinox_multi_head_attention(
    path: str, module: str, *, bias: bool = True
) -> dict[str, Source]:
    """Give the sources of an `eqx.nn.MultiheadAttention`.

    Haiku's `key_size` is `qk_size`, `value_size` `vo_size`, `model_size` `output_size`.

    Examples:
      >>> list(equinox_multi_head_attention("attend", "mha", bias=False))[-1]
      'attend.output_proj.weight'
    """
    sources: dict[str, Source] = {}
    parts = {"query": "query", "key": "key", "value": "value", "output": "linear"}
    for there, here in parts.items():
        there = below(path, f"{there}_proj")
        sources |= equinox_linear(there, f"{module}/{here}", bias=bias)
    return sources


def equinox_lstm(path: str, module: str) -> dict[str, Source]:
    """Give the sources of an `eqx.nn.LSTMCell`, whose gates are i, f, g, o.

    Examples:
      >>> list(equinox_lstm("cell", "lstm"))
      ['cell.weight_ih', 'cell.weight_hh', 'cell.bias']
    """
    w = f"{module}/linear/w"
    return {
        below(path, "weight_ih"): (w, lambda w: jnp.matrix_transpose(for_inputs(w))),
        below(path, "weight_hh"): (w, lambda w: jnp.matrix_transpose(for_hidden(w))),
        below(path, "bias"): (f"{module}/linear/b", forget_bias),
    }


def equinox_gru(path: str, module: str) -> dict[str, Source]:
    """Give the sources of an `EquinoxHaikuGRUCell`: `eqx.nn.GRUCell` resets too late.

    Examples:
      >>> list(equinox_gru("cell", "gru"))
      ['cell.w_i', 'cell.w_h', 'cell.b']
    """
    return renamed(path, module, {name: name for name in ("w_i", "w_h", "b")})
