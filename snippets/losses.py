"""Losses: how wrong a network is, as one number that depends on its parameters."""

import jax
import jax.numpy as jnp


def mean_squared_error(predictions: jax.Array, targets: jax.Array) -> jax.Array:
    """Compute the mean over all entries of the squared error.

    Args:
      predictions: float, any shape.
      targets: float, the same shape: a target that would be broadcast is refused.

    Returns:
      The mean, shape ().

    Raises:
      ValueError: if the shapes differ.

    Examples:
      >>> float(mean_squared_error(jnp.array([1.0, 2.0]), jnp.array([1.0, 4.0])))
      2.0
    """
    if predictions.shape != targets.shape:
        raise ValueError(
            f"predictions have shape {predictions.shape}, targets {targets.shape}."
        )
    return jnp.mean((predictions - targets) ** 2)
