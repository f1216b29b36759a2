"""Sources of one layer of Flax NNX each, for `port_to_nnx`: join them with `|`."""

import jax
import jax.numpy as jnp

from snippets.porting.recurrent import forget_bias, in_gate_order
from snippets.porting.sources import Source, below, renamed

# What Haiku's moving averages store and `nnx.BatchNorm` has no place for.
AVERAGES_UNUSED = ("*_ema/counter", "*_ema/hidden")


def linear(path: str, module: str, *, bias: bool = True) -> dict[str, Source]:
    """Give the sources of an `nnx.Linear`, or of an `nnx.Conv`, whose names are alike.

    Args:
      path: where the layer is in the NNX module, as in "blocks.0.linear"; "" if the
        layer is the module.
      module: the name of Haiku's `Linear`, `ConvND` or `DepthwiseConv2D`.
      bias: whether the layer has a bias, as it does by default in both libraries.

    Returns:
      The sources of `kernel` and `bias`.

    Example:
      >>> linear("out", "mlp/~/linear_0")
      {'out.kernel': 'mlp/~/linear_0/w', 'out.bias': 'mlp/~/linear_0/b'}
    """
    names = {"kernel": "w"} | ({"bias": "b"} if bias else {})
    return renamed(path, module, names)


def conv(path: str, module: str, *, bias: bool = True) -> dict[str, Source]:
    """Give the sources of an `nnx.Conv`, also of one with `feature_group_count`.

    Args:
      path: where the layer is in the NNX module; "" if the layer is the module.
      module: the name of Haiku's `ConvND` or `DepthwiseConv2D`, channels last.
      bias: whether the layer has a bias.

    Returns:
      The sources of `kernel` and `bias`.

    Example:
      >>> conv("stem", "conv2_d", bias=False)
      {'stem.kernel': 'conv2_d/w'}
    """
    return linear(path, module, bias=bias)


def conv_transpose(path: str, module: str, *, bias: bool = True) -> dict[str, Source]:
    """Give the sources of an `nnx.ConvTranspose`, whose kernel ends with (in, out).

    Args:
      path: where the layer is in the NNX module; "" if the layer is the module.
      module: the name of Haiku's `ConvNDTranspose`, whose `w` ends with (out, in).
      bias: whether the layer has a bias.

    Returns:
      The sources of `kernel` and `bias`; `transpose_kernel=True` needs others.

    Example:
      >>> list(conv_transpose("up", "conv2_d_transpose"))
      ['up.kernel', 'up.bias']
    """
    sources = linear(path, module, bias=bias)
    return sources | {
        below(path, "kernel"): (f"{module}/w", lambda w: w.swapaxes(-1, -2))
    }


def embed(path: str, module: str) -> dict[str, Source]:
    """Give the source of an `nnx.Embed`, whose outputs have its `dtype`: 32 bits or yours.

    Args:
      path: where the layer is in the NNX module; "" if the layer is the module.
      module: the name of Haiku's `Embed`.

    Returns:
      The source of `embedding`.

    Example:
      >>> embed("words", "embed")
      {'words.embedding': 'embed/embeddings'}
    """
    return renamed(path, module, {"embedding": "embeddings"})


def layer_norm(
    path: str, module: str, *, scale: bool = True, offset: bool = True
) -> dict[str, Source]:
    """Give the sources of an `nnx.LayerNorm` or `nnx.GroupNorm`; `epsilon=1e-5` there.

    Args:
      path: where the layer is in the NNX module; "" if the layer is the module.
      module: the name of Haiku's `LayerNorm` or `GroupNorm`, channels last.
      scale: whether Haiku's layer has `create_scale`, and the other `use_scale`.
      offset: whether Haiku's layer has `create_offset`, and the other `use_bias`.

    Returns:
      The sources of `scale` and `bias`.

    Example:
      >>> layer_norm("norm", "layer_norm", offset=False)
      {'norm.scale': 'layer_norm/scale'}
    """
    names = {"scale": "scale"} if scale else {}
    return renamed(path, module, names | ({"bias": "offset"} if offset else {}))


def rms_norm(path: str, module: str, *, scale: bool = True) -> dict[str, Source]:
    """Give the source of an `nnx.RMSNorm`; make it with `epsilon=1e-5`.

    Args:
      path: where the layer is in the NNX module; "" if the layer is the module.
      module: the name of Haiku's `RMSNorm`.
      scale: whether Haiku's layer has `create_scale`, and the other `use_scale`.

    Returns:
      The source of `scale`, or nothing.

    Example:
      >>> rms_norm("norm", "rms_norm")
      {'norm.scale': 'rms_norm/scale'}
    """
    return layer_norm(path, module, scale=scale, offset=False)


def batch_norm(
    path: str, module: str, *, scale: bool = True, offset: bool = True
) -> dict[str, Source]:
    """Give the sources of an `nnx.BatchNorm`, whose arrays have one axis.

    Args:
      path: where the layer is in the NNX module; "" if the layer is the module.
      module: the name of Haiku's `BatchNorm`, channels last; its `decay_rate` is the
        other's `momentum`.
      scale: whether Haiku's layer has `create_scale`, and the other `use_scale`.
      offset: whether Haiku's layer has `create_offset`, and the other `use_bias`.

    Returns:
      The sources of `scale`, `bias`, `mean` and `var`. What is left of Haiku's averages
        is `AVERAGES_UNUSED`.

    Example:
      >>> list(batch_norm("bn", "resnet/batchnorm_0", scale=False))
      ['bn.bias', 'bn.mean', 'bn.var']
    """
    names = {"scale": "scale"} if scale else {}
    names |= {"bias": "offset"} if offset else {}
    names |= {"mean": "~/mean_ema/average", "var": "~/var_ema/average"}
    return renamed(path, module, names, jnp.ravel)


def multi_head_attention(
    path: str, module: str, heads: int, *, bias: bool = True
) -> dict[str, Source]:
    """Give the sources of an `nnx.MultiHeadAttention`, whose heads have an axis.

    Args:
      path: where the layer is in the NNX module; "" if the layer is the module.
      module: the name of Haiku's `MultiHeadAttention`. NNX has no `value_size` of its
        own: it must be `key_size`, and `qkv_features` is `heads` times that.
      heads: their number, at least 1.
      bias: whether the four layers have a bias, `with_bias` there and `use_bias` here.

    Returns:
      The sources of `query`, `key`, `value` and `out`.

    Raises:
      ValueError: if `heads` is less than 1.

    Example:
      >>> list(multi_head_attention("attend", "mha", 2, bias=False))[:2]
      ['attend.query.kernel', 'attend.key.kernel']
    """
    if heads < 1:
        raise ValueError(f"heads wants a number from 1 up, not {heads}.")

    def split(w: jax.Array) -> jax.Array:  # the last axis is all heads
        return w.reshape(*w.shape[:-1], heads, -1)

    def split_first(w: jax.Array) -> jax.Array:
        return w.reshape(heads, -1, w.shape[-1])

    names = {"kernel": "w"} | ({"bias": "b"} if bias else {})
    sources: dict[str, Source] = {}
    for part in ("query", "key", "value"):
        sources |= renamed(below(path, part), f"{module}/{part}", names, split)
    out = below(path, "out")
    sources |= linear(out, f"{module}/linear", bias=bias)
    return sources | {f"{out}.kernel": (f"{module}/linear/w", split_first)}


def lstm(path: str, module: str) -> dict[str, Source]:
    """Give the sources of an `nnx.OptimizedLSTMCell`.

    Haiku's gates are i, g, f, o and NNX's i, f, g, o; Haiku adds 1 to the input of f.

    Args:
      path: where the cell is in the NNX module, as in "rnn.cell"; "" if it is the cell.
      module: the name of Haiku's `LSTM`, whose only layer is its `linear`.

    Returns:
      The sources of `dense_i` and `dense_h`.

    Example:
      >>> list(lstm("rnn.cell", "lstm"))
      ['rnn.cell.dense_i.kernel', 'rnn.cell.dense_h.kernel', 'rnn.cell.dense_h.bias']
    """
    w = f"{module}/linear/w"
    inputs, hidden = below(path, "dense_i"), below(path, "dense_h")
    return {
        f"{inputs}.kernel": (w, lambda w: in_gate_order(w[: -w.shape[1] // 4])),
        f"{hidden}.kernel": (w, lambda w: in_gate_order(w[-w.shape[1] // 4 :])),
        f"{hidden}.bias": (f"{module}/linear/b", forget_bias),
    }


def gru(path: str, module: str) -> dict[str, Source]:
    """Give the sources of a `HaikuGRUCell`: an `nnx.GRUCell` resets after its matrix.

    Args:
      path: where the cell is in the NNX module, as in "rnn.cell"; "" if it is the cell.
      module: the name of Haiku's `GRU`.

    Returns:
      The sources of `w_i`, `w_h` and `b`.

    Example:
      >>> gru("cell", "gru")
      {'cell.w_i': 'gru/w_i', 'cell.w_h': 'gru/w_h', 'cell.b': 'gru/b'}
    """
    return renamed(path, module, {name: name for name in ("w_i", "w_h", "b")})
