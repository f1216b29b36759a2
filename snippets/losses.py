"""Losses: how wrong a network is, as one number that depends on its parameters."""

import haiku as hk
import jax
import jax.numpy as jnp


def square_loss(
    params: hk.Params, net: hk.Transformed, input: jax.Array, target: jax.Array
) -> jax.Array:
    """Compute the mean squared error of a network over all entries of its output.

    Args:
      params: parameters of the network, as `net.init` returns them.
      net: network without a random key at apply; its output is
        `net.apply(params, input)`.
      input: batch of inputs, float, shape (B, D). Inside this function the name
        hides Python's own `input`.
      target: what the output should be, float, shape (B, K).

    Returns:
      The loss, float, shape ().

    Source: the practical that this site grew from, second exercise.
    """
    error = net.apply(params, input) - target  # (B, K)
    return jnp.mean(error**2)  # ()


def mean_squared_error(predictions: jax.Array, targets: jax.Array) -> jax.Array:
    """Compute the mean over all entries of the squared error.

    Args:
      predictions: float, any shape.
      targets: float, the same shape: a target that would be broadcast is refused.

    Returns:
      The mean, shape ().

    Raises:
      ValueError: if the shapes differ.
    """
    if predictions.shape != targets.shape:
        raise ValueError(
            f"predictions have shape {predictions.shape}, targets {targets.shape}."
        )
    return jnp.mean((predictions - targets) ** 2)
