"""Sources of one layer of Flax NNX each, for `port_to_nnx`: join them with `|`.

Each function takes `path`, where the layer is in the NNX module, as in "blocks.0.norm",
or "" if the layer is the module; and `module`, the name of Haiku's module, channels
last. The flags say which arrays the layer has: those that Haiku's `with_bias`,
`create_scale` or `create_offset` make. Sizes are read off the arrays. What
`hk.layer_stack` holds wants `stacked` around its sources.
"""

import jax
import jax.numpy as jnp

from .recurrent import for_hidden, for_inputs, forget_bias
from .sources import Source, below, renamed

# What Haiku's moving averages store and `nnx.BatchNorm` has no place for.
AVERAGES_UNUSED = ("*_ema/counter", "*_ema/hidden")


def linear(path: str, module: str, *, bias: bool = True) -> dict[str, Source]:
    """Give the sources of an `nnx.Linear`, or of an `nnx.Conv`, whose names are alike.

    Examples:
      >>> list(linear("out", "linear").items())
      [('out.kernel', 'linear/w'), ('out.bias', 'linear/b')]
    """
    names = {"kernel": "w"} | ({"bias": "b"} if bias else {})
    return renamed(path, module, names)


def conv(path: str, module: str, *, bias: bool = True) -> dict[str, Source]:
    """Give the sources of an `nnx.Conv`, also of one with `feature_group_count`.

    Examples:
      >>> list(conv("stem", "conv2_d", bias=False))
      ['stem.kernel']
    """
    return linear(path, module, bias=bias)


def conv_transpose(path: str, module: str, *, bias: bool = True) -> dict[str, Source]:
    """Give the sources of an `nnx.ConvTranspose`, whose kernel ends with (in, out).

    Examples:
      >>> list(conv_transpose("up", "conv2_d_transpose"))
      ['up.kernel', 'up.bias']
    """
    sources = linear(path, module, bias=bias)
    return sources | {
        below(path, "kernel"): (f"{module}/w", lambda w: w.swapaxes(-1, -2))
    }


def embed(path: str, module: str) -> dict[str, Source]:
    """Give the source of an `nnx.Embed`; its outputs have the `dtype` it is made with.

    Examples:
      >>> embed("words", "embed")["words.embedding"]
      'embed/embeddings'
    """
    return renamed(path, module, {"embedding": "embeddings"})


def layer_norm(
    path: str, module: str, *, scale: bool = True, offset: bool = True
) -> dict[str, Source]:
    """Give the sources of an `nnx.LayerNorm` or `nnx.GroupNorm`.

    Make these with `epsilon=1e-5` and `use_fast_variance=False`: the fast variance is a
    difference of squares, in which inputs with a mean of 100 lose four digits.

    Examples:
      >>> list(layer_norm("norm", "layer_norm", offset=False))
      ['norm.scale']
    """
    names = {"scale": "scale"} if scale else {}
    return renamed(path, module, names | ({"bias": "offset"} if offset else {}))


def rms_norm(path: str, module: str, *, scale: bool = True) -> dict[str, Source]:
    """Give the source of an `nnx.RMSNorm`; make it with `epsilon=1e-5`.

    Examples:
      >>> rms_norm("norm", "rms_norm")["norm.scale"]
      'rms_norm/scale'
    """
    return layer_norm(path, module, scale=scale, offset=False)


def batch_norm(
    path: str, module: str, *, scale: bool = True, offset: bool = True
) -> dict[str, Source]:
    """Give the sources of an `nnx.BatchNorm`, whose arrays have one axis.

    Haiku's `decay_rate` is `momentum`. `AVERAGES_UNUSED` is what is left of it.

    Examples:
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

    Haiku's `value_size` must be its `key_size`; `qkv_features` is `heads` times that.

    Raises:
      ValueError: if `heads` is less than 1.

    Examples:
      >>> list(multi_head_attention("attend", "mha", 2, bias=False))[:2]
      ['attend.query.kernel', 'attend.key.kernel']
    """
    if heads < 1:
        raise ValueError(f"heads wants a number from 1 up, not {heads}.")

    def split(w: jax.Array) -> jax.Array:  # the last axis is all heads
        return w.reshape(*w.shape[:-1], heads, -1)

    def split_first(w: jax.Array) -> jax.Array:
        return w.reshape(*w.shape[:-2], heads, -1, w.shape[-1])

    names = {"kernel": "w"} | ({"bias": "b"} if bias else {})
    sources: dict[str, Source] = {}
    for part in ("query", "key", "value"):
        sources |= renamed(below(path, part), f"{module}/{part}", names, split)
    out = below(path, "out")
    sources |= linear(out, f"{module}/linear", bias=bias)
    return sources | {f"{out}.kernel": (f"{module}/linear/w", split_first)}


def lstm(path: str, module: str) -> dict[str, Source]:
    """Give the sources of an `nnx.OptimizedLSTMCell`.

    Haiku's gates are i, g, f, o, these are i, f, g, o, and Haiku adds 1 to f's input.

    Examples:
      >>> list(lstm("rnn.cell", "lstm"))
      ['rnn.cell.dense_i.kernel', 'rnn.cell.dense_h.kernel', 'rnn.cell.dense_h.bias']
    """
    w = f"{module}/linear/w"
    inputs, hidden = below(path, "dense_i"), below(path, "dense_h")
    return {
        f"{inputs}.kernel": (w, for_inputs),
        f"{hidden}.kernel": (w, for_hidden),
        f"{hidden}.bias": (f"{module}/linear/b", forget_bias),
    }


def gru(path: str, module: str) -> dict[str, Source]:
    """Give the sources of a `HaikuGRUCell`: an `nnx.GRUCell` resets after its matrix.

    Examples:
      >>> list(gru("cell", "gru"))
      ['cell.w_i', 'cell.w_h', 'cell.b']
    """
    return renamed(path, module, {name: name for name in ("w_i", "w_h", "b")})
