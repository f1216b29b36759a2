"""A classifier of two classes: network, loss, accuracy, and one step of training."""

import chex
import haiku as hk
import jax
import jax.numpy as jnp


def my_net_func(x: jax.Array) -> jax.Array:
    """Two linear layers 12 wide, each followed by a ReLU, and one with one output.

    Args:
      x: inputs, float, shape (B, D).

    Returns:
      One real number for each input, same dtype, shape (B, 1).

    Raises:
      ValueError: if called outside `hk.transform`.

    Source: the practical that this site grew from, last exercise.
    """
    x = jax.nn.relu(hk.Linear(12)(x))  # (B, 12)
    x = jax.nn.relu(hk.Linear(12)(x))  # (B, 12)
    return hk.Linear(1)(x)  # (B, 1)


def my_loss(
    params: hk.Params, net: hk.Transformed, x: jax.Array, labels: jax.Array
) -> jax.Array:
    """Sum (1 - 2 y) f + 0.01 f^2 over a batch; no batch of B can go below -25 B.

    Args:
      params: parameters of the network, as `net.init` returns them.
      net: network without a random key at apply, with one output for each input.
      x: inputs, float, shape (B, D).
      labels: 0 or 1, int, shape (B, 1).

    Returns:
      The loss, float, shape ().

    Raises:
      AssertionError: if the labels have not the shape of the output, which would be
        broadcast to (B, B).

    Source: the practical that this site grew from, last exercise.
    """
    f = net.apply(params, x)  # (B, 1)
    chex.assert_equal_shape([f, labels])
    sign = (1 - 2 * labels).astype(f.dtype)  # (B, 1), -1 where the label is 1
    return jnp.sum(sign * f + 0.01 * f**2)  # ()


def my_accuracy(
    params: hk.Params, net: hk.Transformed, x: jax.Array, labels: jax.Array
) -> jax.Array:
    """Compute the share of labels predicted: 1 from an output of 0 up, else 0.

    Args:
      params: parameters of the network, as `net.init` returns them.
      net: network without a random key at apply, with one output for each input.
      x: inputs, float, shape (B, D).
      labels: 0 or 1, int, shape (B, 1).

    Returns:
      The share, between 0 and 1, float32, shape ().

    Raises:
      AssertionError: if the labels have not the shape of the output, which would be
        broadcast to (B, B).
    """
    f = net.apply(params, x)  # (B, 1)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1), dtype=jnp.float32)  # ()


def my_update_function(
    params: hk.Params,
    net: hk.Transformed,
    x: jax.Array,
    labels: jax.Array,
    learning_rate: float | jax.Array,
) -> tuple[jax.Array, hk.Params]:
    """Take one step of gradient descent on `my_loss`.

    Args:
      params: parameters of the network; they are not changed.
      net: network without a random key at apply, with one output for each input.
      x: inputs, float, shape (B, D).
      labels: 0 or 1, int, shape (B, 1).
      learning_rate: step per unit of gradient, positive, shape ().

    Returns:
      The loss before the step, shape (), and the new parameters, a tree like `params`.

    Raises:
      AssertionError: if the labels have not the shape of the output.
    """
    loss, gradient = jax.value_and_grad(my_loss)(params, net, x, labels)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params
