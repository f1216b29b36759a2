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

    Examples:
      >>> network = hk.transform(two_layer_net)
      >>> params = network.init(jax.random.key(0), jax.numpy.ones((1, 3)))
      >>> {name: layer["w"].shape for name, layer in params.items()}
      {'linear': (3, 5), 'linear_1': (5, 6)}
    """
    hidden = jax.nn.relu(hk.Linear(5)(x))  # (B, 5)
    return hk.Linear(6)(hidden)  # (B, 6)
