"""Linear least squares, the floor that a trained model can be compared with."""

import jax
import jax.numpy as jnp


def least_squares(
    inputs: jax.Array, targets: jax.Array
) -> tuple[dict[str, jax.Array], jax.Array]:
    """Solve for the weights and biases with the smallest mean squared error.

    Args:
      inputs: float, shape (B, D).
      targets: float, shape (B, K).

    Returns:
      The parameters {"w": (D, K), "b": (K,)} and their mean squared error over all
        entries, shape ().
    """
    ones = jnp.ones((inputs.shape[0], 1), inputs.dtype)
    design = jnp.concatenate([inputs, ones], axis=1)  # (B, D + 1)
    solution, *_ = jnp.linalg.lstsq(design, targets)  # (D + 1, K)
    error = design @ solution - targets  # (B, K)
    return {"w": solution[:-1], "b": solution[-1]}, jnp.mean(error**2)
