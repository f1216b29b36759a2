"""Linear least squares, the floor that a trained model can be compared with."""

import jax
import jax.numpy as jnp


def least_squares(
    inputs: jax.Array, targets: jax.Array
) -> tuple[dict[str, jax.Array], jax.Array]:
    """Solve for the weights and biases with the smallest mean squared error.

    Args:
      inputs: float32 or float64, shape (B, D).
      targets: the same, shape (B, K).

    Returns:
      The parameters {"w": (D, K), "b": (K,)} and their mean squared error over all
        entries, shape ().

    Raises:
      ValueError: if the two are not matrices with the same number of rows.

    Examples:
      >>> x = jnp.array([[0.0], [1.0], [2.0]])
      >>> params, error = least_squares(x, 2 * x + 1)
      >>> params["w"].round(3).tolist(), params["b"].round(3).tolist()
      ([[2.0]], [1.0])
    """
    inputs, targets = jnp.asarray(inputs), jnp.asarray(targets)
    shapes = inputs.shape, targets.shape
    if [len(shape) for shape in shapes] != [2, 2] or shapes[0][0] != shapes[1][0]:
        raise ValueError(f"inputs {shapes[0]} and targets {shapes[1]} do not fit.")
    # About the means: far from 0, float32 would lose the digits that tell rows apart.
    mean_x = inputs.mean(axis=0, keepdims=True)  # (1, D)
    mean_y = targets.mean(axis=0, keepdims=True)  # (1, K)
    x, y = inputs - mean_x, targets - mean_y
    # The default of rcond grows with B, and would drop inputs that vary far less.
    w, *_ = jnp.linalg.lstsq(x, y, rcond=10 * jnp.finfo(x.dtype).eps)  # (D, K)
    return {"w": w, "b": (mean_y - mean_x @ w)[0]}, jnp.mean((x @ w - y) ** 2)
