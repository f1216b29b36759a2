"""Networks as functions of their input, for `hk.transform`."""

import haiku as hk
import jax


def two_layer_net(x: jax.Array) -> jax.Array:
    """Two linear layers, 5 and 6 wide, with a ReLU between them and nothing at the end.

    Args:
      x: inputs, shape (B, D), float; the first layer takes its D from here.

    Returns:
      Outputs, shape (B, 6), dtype of inputs and parameters together.

    Raises:
      ValueError: if called outside `hk.transform`.
    """
    hidden = jax.nn.relu(hk.Linear(5)(x))  # (B, 5)
    return hk.Linear(6)(hidden)  # (B, 6)
