"""Training: from parameters to better parameters."""

from collections.abc import Callable

import chex
import jax


def sgd_step(
    loss_fn: Callable[..., jax.Array],
    params: chex.ArrayTree,
    batch: chex.ArrayTree,
    learning_rate: float | jax.Array,
) -> tuple[chex.ArrayTree, jax.Array]:
    """Take one step of gradient descent.

    Args:
      loss_fn: gives the loss, shape (), of parameters on a batch; for a Haiku network,
        a function that closes over `network.apply`.
      params: a pytree of float arrays; they are not changed.
      batch: any pytree, handed to `loss_fn`.
      learning_rate: step per unit of gradient, shape ().

    Returns:
      The new parameters, with the structure, shapes and dtypes of `params`, and the
        loss before the step, shape ().

    Raises:
      TypeError: if the loss is not one number, or a parameter is an integer.

    Examples:
      >>> squared = lambda p, x: (p - x) ** 2
      >>> params, loss = sgd_step(squared, jax.numpy.ones(()), 3.0, 0.25)
      >>> float(params), float(loss)
      (2.0, 4.0)
    """
    loss, grads = jax.value_and_grad(loss_fn)(params, batch)
    new_params = jax.tree.map(
        lambda p, g: (p - learning_rate * g).astype(p.dtype), params, grads
    )
    return new_params, loss


@jax.jit(static_argnames=("loss_fn", "steps"))
def fit(
    loss_fn: Callable[..., jax.Array],
    params: chex.ArrayTree,
    batch: chex.ArrayTree,
    learning_rate: float | jax.Array,
    *,
    steps: int,
) -> tuple[chex.ArrayTree, jax.Array]:
    """Repeat `sgd_step` on one batch, the whole loop as one compiled program.

    A second call compiles again if `loss_fn` is another function, `steps` another
    number, a tree has another structure, or an array another shape or dtype (a rate as
    a Python number and as an array are two dtypes); also for new devices or settings.

    Args:
      loss_fn: gives the loss, shape (), of parameters on a batch.
      params: a pytree of float arrays to start from; they are not changed.
      batch: any pytree of arrays, handed to `loss_fn`.
      learning_rate: step per unit of gradient, shape ().
      steps: how many steps, at least 0.

    Returns:
      The trained parameters and the loss before each step, shape (steps,).

    Raises:
      ValueError: if `steps` is not an `int`, or is negative.

    Examples:
      >>> squared = lambda p, x: (p - x) ** 2
      >>> params, losses = fit(squared, jax.numpy.ones(()), 3.0, 0.25, steps=2)
      >>> losses.tolist()
      [4.0, 1.0]
    """
    if not isinstance(steps, int) or steps < 0:
        raise ValueError(f"steps must be a whole number from 0 up, not {steps!r}.")

    def step(params: chex.ArrayTree, _: None) -> tuple[chex.ArrayTree, jax.Array]:
        return sgd_step(loss_fn, params, batch, learning_rate)

    return jax.lax.scan(step, params, length=steps)
