"""Training: from parameters to better parameters."""

import haiku as hk
import jax

from snippets.losses import square_loss


def my_update(
    params: hk.Params,
    net: hk.Transformed,
    input: jax.Array,
    target: jax.Array,
    learning_rate: float | jax.Array,
) -> tuple[jax.Array, hk.Params]:
    """Take one step of gradient descent on `square_loss`.

    Args:
      params: parameters of the network; they are not changed.
      net: network without a random key at apply; its output is
        `net.apply(params, input)`.
      input: batch of inputs, float, shape (B, D). Inside this function the name
        hides Python's own `input`.
      target: what the output should be, float, shape (B, K).
      learning_rate: step per unit of gradient, positive, shape ().

    Returns:
      The loss before the step, shape (), and the new parameters, a tree like `params`.

    Source: the practical that this site grew from, second exercise.
    """
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params


def fit(
    params: hk.Params,
    net: hk.Transformed,
    input: jax.Array,
    target: jax.Array,
    learning_rate: float | jax.Array,
    steps: int,
) -> tuple[hk.Params, jax.Array]:
    """Repeat `my_update` on one batch, the whole loop as one compiled program.

    Args:
      params: parameters to start from; they are not changed.
      net: network without a random key at apply; its output is
        `net.apply(params, input)`.
      input: batch of inputs, float, shape (B, D). Inside this function the name
        hides Python's own `input`.
      target: what the output should be, float, shape (B, K).
      learning_rate: step per unit of gradient, positive, shape ().
      steps: how many updates, at least 0.

    Returns:
      The trained parameters and the loss before each step, shape (steps,).
    """

    def step(params: hk.Params, _: None) -> tuple[hk.Params, jax.Array]:
        loss, new_params = my_update(params, net, input, target, learning_rate)
        return new_params, loss

    return jax.jit(lambda params: jax.lax.scan(step, params, length=steps))(params)
