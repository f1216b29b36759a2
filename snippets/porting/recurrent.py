"""Haiku's recurrent cells elsewhere: the order of gates, and a GRU like Haiku's."""

import equinox as eqx
import jax
import jax.numpy as jnp
from flax import nnx


def in_gate_order(array: jax.Array) -> jax.Array:
    """Put the gates of Haiku's LSTM, i, g, f, o, into the order i, f, g, o.

    Args:
      array: part of a matrix, or a bias, shape (..., 4 H), with the gates side by side.

    Returns:
      An array of the same shape and dtype.

    Examples:
      >>> in_gate_order(jnp.array([0, 1, 2, 3]))
      Array([0, 2, 1, 3], dtype=int32)
    """
    i, g, f, o = jnp.split(array, 4, axis=-1)
    return jnp.concatenate([i, f, g, o], axis=-1)


def for_inputs(w: jax.Array) -> jax.Array:
    """Take the part for the inputs out of the matrix of Haiku's LSTM.

    Args:
      w: Haiku's, shape (..., D + H, 4 H), gates in the order i, g, f, o.

    Returns:
      The matrix for the inputs, shape (..., D, 4 H), gates in the order i, f, g, o.

    Examples:
      >>> for_inputs(jnp.ones((5, 8))).shape
      (3, 8)
    """
    return in_gate_order(w[..., : -w.shape[-1] // 4, :])


def for_hidden(w: jax.Array) -> jax.Array:
    """Take the part for the hidden vector out of the matrix of Haiku's LSTM.

    Args:
      w: Haiku's, shape (..., D + H, 4 H), gates in the order i, g, f, o.

    Returns:
      The matrix for the hidden vector, shape (..., H, 4 H), gates i, f, g, o.

    Examples:
      >>> for_hidden(jnp.ones((5, 8))).shape
      (2, 8)
    """
    return in_gate_order(w[..., -w.shape[-1] // 4 :, :])


def forget_bias(bias: jax.Array) -> jax.Array:
    """Turn the bias of Haiku's LSTM into that of a cell that does not add 1 to f.

    Args:
      bias: Haiku's, shape (..., 4 H), gates in the order i, g, f, o.

    Returns:
      The bias in the order i, f, g, o, with 1 added to f.

    Examples:
      >>> forget_bias(jnp.zeros(4))
      Array([0., 1., 0., 0.], dtype=float32)
    """
    size = bias.shape[-1] // 4
    return in_gate_order(bias).at[..., size : 2 * size].add(1)


def gru_step(
    x: jax.Array, h: jax.Array, w_i: jax.Array, w_h: jax.Array, b: jax.Array
) -> jax.Array:
    """Take one step of Haiku's GRU, whose reset gate comes before the matrix.

    Args:
      x: inputs, shape (..., D).
      h: hidden vectors, shape (..., H).
      w_i: matrix for the inputs, shape (D, 3 H), gates z, r, a.
      w_h: matrix for the hidden vectors, shape (H, 3 H).
      b: bias, shape (3 H,).

    Returns:
      The new hidden vectors, shape (..., H).

    Examples:
      >>> zeros = jnp.zeros((1, 3))
      >>> gru_step(jnp.ones(1), jnp.ones(1), zeros, zeros, jnp.zeros(3))
      Array([0.5], dtype=float32)
    """
    size = h.shape[-1]
    z_r, a = jnp.split(x @ w_i + b, [2 * size], axis=-1)
    z, r = jnp.split(jax.nn.sigmoid(z_r + h @ w_h[:, : 2 * size]), 2, axis=-1)
    a = jnp.tanh(a + (r * h) @ w_h[:, 2 * size :])
    return (1 - z) * h + z * a


class HaikuGRUCell(nnx.RNNCellBase):
    """The GRU of Haiku as a cell for `nnx.RNN`.

    Args:
      in_features: size of the inputs, D.
      hidden_features: size of the hidden vectors, H.
      rngs: where the initial values come from.

    Examples:
      >>> cell = HaikuGRUCell(3, 4, rngs=nnx.Rngs(0))
      >>> nnx.RNN(cell)(jnp.ones((2, 5, 3))).shape
      (2, 5, 4)
    """

    def __init__(self, in_features: int, hidden_features: int, *, rngs: nnx.Rngs):
        init, wide = nnx.initializers.lecun_normal(), 3 * hidden_features
        self.hidden_features = hidden_features
        self.w_i = nnx.Param(init(rngs.params(), (in_features, wide)))
        self.w_h = nnx.Param(init(rngs.params(), (hidden_features, wide)))
        self.b = nnx.Param(jnp.zeros(wide))

    def __call__(
        self, carry: jax.Array, inputs: jax.Array
    ) -> tuple[jax.Array, jax.Array]:
        """Take one step: hidden vectors and inputs, shapes (..., H) and (..., D)."""
        h = gru_step(inputs, carry, self.w_i[...], self.w_h[...], self.b[...])
        return h, h

    def initialize_carry(
        self,
        input_shape: tuple[int, ...],
        rngs: object = None,
        carry_init: object = None,
    ) -> jax.Array:
        """Return hidden vectors of zeros for inputs of a shape."""
        return jnp.zeros((*input_shape[:-1], self.hidden_features), self.b.dtype)

    @property
    def num_feature_axes(self) -> int:
        """How many axes of the inputs are features."""
        return 1


class EquinoxHaikuGRUCell(eqx.Module):
    """The GRU of Haiku as a module of Equinox, called like `eqx.nn.GRUCell`.

    Args:
      input_size: size of the input, D.
      hidden_size: size of the hidden vector, H.
      key: for the initial values.

    Examples:
      >>> cell = EquinoxHaikuGRUCell(3, 4, key=jax.random.key(0))
      >>> cell(jnp.ones(3), jnp.zeros(4)).shape
      (4,)
    """

    w_i: jax.Array
    w_h: jax.Array
    b: jax.Array

    def __init__(self, input_size: int, hidden_size: int, *, key: jax.Array):
        init = jax.nn.initializers.lecun_normal()
        i_key, h_key = jax.random.split(key)
        self.w_i = init(i_key, (input_size, 3 * hidden_size))
        self.w_h = init(h_key, (hidden_size, 3 * hidden_size))
        self.b = jnp.zeros(3 * hidden_size)

    def __call__(self, input: jax.Array, hidden: jax.Array) -> jax.Array:
        """Take one step: an input and a hidden vector, shapes (D,) and (H,)."""
        return gru_step(input, hidden, self.w_i, self.w_h, self.b)
