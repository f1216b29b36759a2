"""A small transformer, written the way research code is, with a cache to generate."""

from dataclasses import dataclass

import haiku as hk
import jax
import jax.numpy as jnp
from jax.ad_checkpoint import checkpoint_name


@dataclass(frozen=True)
class Config:
    """The sizes of a transformer, and what it keeps for its gradient.

    Examples:
      >>> Config(width=64).width // Config().heads
      32
    """

    vocabulary: int = 10  # V, the number of different tokens
    length: int = 8  # T, the longest sequence
    width: int = 32  # D, the numbers that describe one token
    heads: int = 2  # H
    blocks: int = 2  # N
    hidden: int = 128  # the width inside the MLP
    remat: bool = False  # compute the blocks a second time, for the gradient,
    keep: tuple[str, ...] = ()  # without these: "query", "key", "value", "hidden"


class SelfAttention(hk.Module):
    """Let the positions of x, float, shape (B, T, D), read from each other.

    A row of `mask`, bool, shape (T, S), says from where. With `offset`, an integer, x
    comes after that many positions in a cache of S. Returns x and (B, H, T, S) weights.

    Examples:
      >>> run = hk.testing.transform_and_run(lambda x: SelfAttention(2, 4)(x)[1].shape)
      >>> run(jnp.ones((1, 3, 8)))
      (1, 2, 3, 3)
    """

    def __init__(self, heads, key_size, name=None):
        super().__init__(name=name)
        self.heads, self.key_size = heads, key_size

    def __call__(self, x, mask=None, offset=None):
        query, key, value = (self.project(x, n) for n in ("query", "key", "value"))
        if offset is not None:
            new = jnp.stack([key, value])  # (2, B, T, H, K)
            shape = (*new.shape[:2], mask.shape[1], *new.shape[3:])  # (2, B, S, H, K)
            cache = hk.get_state("cache", shape, new.dtype, init=jnp.zeros)
            cache = jax.lax.dynamic_update_slice_in_dim(cache, new, offset, axis=2)
            hk.set_state("cache", cache)
            key, value = cache
        logits = jnp.einsum("bthk,bshk->bhts", query, key)  # (B, H, T, S)
        logits = logits / self.key_size**0.5
        if mask is not None:
            logits = jnp.where(mask, logits, -1e30)
        weights = jax.nn.softmax(logits)  # (B, H, T, S)
        heads = jnp.einsum("bhts,bshk->bthk", weights, value)  # (B, T, H, K)
        joined = heads.reshape(*x.shape[:2], -1)  # (B, T, H K)
        return hk.Linear(x.shape[-1])(joined), weights  # (B, T, D)

    @hk.transparent
    def project(self, x, name):
        y = checkpoint_name(hk.Linear(self.heads * self.key_size, name=name)(x), name)
        return y.reshape(*x.shape[:2], self.heads, self.key_size)  # (B, T, H, K)


def layer_norm(x: jax.Array) -> jax.Array:
    """Rescale the numbers of each position to mean 0, variance 1; then as trained.

    Args:
      x: float, shape (..., D).

    Returns:
      The same shape and dtype.

    Examples:
      >>> rescaled = hk.testing.transform_and_run(layer_norm)(jnp.array([1.0, 3.0]))
      >>> rescaled.round(3).tolist()
      [-1.0, 1.0]
    """
    return hk.LayerNorm(axis=-1, create_scale=True, create_offset=True)(x)


class MLP(hk.Module):
    """Two layers on each position alone, from and to float of shape (B, T, D).

    Examples:
      >>> shape_of = hk.testing.transform_and_run(lambda x: MLP(5)(x).shape)
      >>> shape_of(jnp.ones((2, 3, 8)))
      (2, 3, 8)
    """

    def __init__(self, hidden, name=None):
        super().__init__(name=name)
        self.hidden = hidden

    def __call__(self, x):
        h = checkpoint_name(hk.Linear(self.hidden)(x), "hidden")  # (B, T, hidden)
        return hk.Linear(x.shape[-1])(jax.nn.gelu(h))  # (B, T, D)


class Block(hk.Module):
    """Attention and an MLP, each added to what it reads; called like attention.

    Examples:
      >>> shape_of = hk.testing.transform_and_run(lambda x: Block(Config())(x)[0].shape)
      >>> shape_of(jnp.ones((2, 3, 32)))
      (2, 3, 32)
    """

    def __init__(self, config, name=None):
        super().__init__(name=name)
        self.config = config

    def __call__(self, x, mask=None, offset=None):
        c = self.config
        attention = SelfAttention(c.heads, c.width // c.heads, name="attention")
        change, weights = attention(layer_norm(x), mask, offset)
        x = x + change  # (B, T, D)
        return x + MLP(c.hidden)(layer_norm(x)), weights


class Transformer(hk.Module):
    """Give logits, float, (B, T, V), and all weights, (N, B, H, T, S), for int (B, T).

    If `causal`, a position reads from none after it. With `offset`, an integer, it also
    reads from that many before, whose keys and values are in Haiku's state.

    Examples:
      >>> f = hk.testing.transform_and_run(lambda t: Transformer(Config())(t)[0].shape)
      >>> f(jnp.zeros((2, 8), int))
      (2, 8, 10)
    """

    def __init__(self, config, name=None):
        super().__init__(name=name)
        self.config = config

    def __call__(self, tokens, causal=False, offset=None):
        c, length = self.config, tokens.shape[1]
        init = hk.initializers.TruncatedNormal(stddev=1.0)
        places = hk.get_parameter("positions", (c.length, c.width), init=init)
        mask = jnp.tri(length, dtype=bool) if causal else None  # (T, T)
        if offset is not None:
            places = jax.lax.dynamic_slice_in_dim(places, offset, length)
            mask = jnp.arange(c.length) <= offset + jnp.arange(length)[:, None]
        x = hk.Embed(c.vocabulary, c.width)(tokens) + places[:length]  # (B, T, D)
        policy = jax.checkpoint_policies.save_only_these_names(*c.keep)
        maps = []
        for i in range(c.blocks):
            block = Block(c, name=f"block_{i}")
            block = hk.remat(block, policy=policy) if c.remat else block
            x, weights = block(x, mask, offset)  # (B, T, D), (B, H, T, S)
            maps.append(weights)
        logits = hk.Linear(c.vocabulary, name="logits")(layer_norm(x))  # (B, T, V)
        return logits, jnp.stack(maps)  # (N, B, H, T, S)
