"""Synthetic data, each draw from a key of its own; float64 under `jax_enable_x64`."""

from collections.abc import Iterator

import chex
import jax
import jax.numpy as jnp


def regression_data(key: jax.Array, examples: int = 128) -> tuple[jax.Array, jax.Array]:
    """Draw inputs and the targets 12 x + 6, twice, with unit Gaussian noise.

    Args:
      key: a key of `jax.random.key`.
      examples: the number B of rows.

    Returns:
      Inputs, float32, shape (B, 3), standard normal; targets, float32, shape (B, 6).

    Examples:
      >>> inputs, targets = regression_data(jax.random.key(0), examples=4)
      >>> inputs.shape, targets.shape
      ((4, 3), (4, 6))
    """
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (examples, 3))  # (B, 3)
    noise = jax.random.normal(noise_key, (examples, 6))  # (B, 6)
    return inputs, 12 * jnp.concatenate([inputs, inputs], axis=-1) + 6 + noise


def build_input_output(key: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Draw a batch of eight inputs, and whether the sum of 12 x plus noise exceeds 6.

    Args:
      key: a key of `jax.random.key`.

    Returns:
      Inputs, float32, shape (8, 36), standard normal; labels, int32, shape (8, 1),
        0 or 1.

    Source: the practical that this site grew from, last exercise; noise repaired.

    Examples:
      >>> [array.shape for array in build_input_output(jax.random.key(0))]
      [(8, 36), (8, 1)]
    """
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))  # (8, 36)
    noisy = 12 * inputs + jax.random.normal(noise_key, (8, 36))
    labels = noisy.sum(axis=1) > 6  # (8,)
    return inputs, labels.astype(jnp.int32)[:, None]  # (8, 36), (8, 1)


def threshold_data(
    key: jax.Array, examples: int = 8
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Draw inputs, noise, and whether the row sum of 12 inputs + noise exceeds 6.

    Args:
      key: a key of `jax.random.key`.
      examples: the number B of rows.

    Returns:
      Inputs and noise, float32, shape (B, 36), independent and standard normal;
        labels, int32, shape (B, 1), 0 or 1.

    Examples:
      >>> [array.shape for array in threshold_data(jax.random.key(0), examples=4)]
      [(4, 36), (4, 36), (4, 1)]
    """
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (examples, 36))  # (B, 36)
    noise = jax.random.normal(noise_key, (examples, 36))  # (B, 36)
    labels = (12 * inputs + noise).sum(axis=1, keepdims=True) > 6  # (B, 1)
    return inputs, noise, labels.astype(jnp.int32)


def spiral_data(key: jax.Array, examples: int = 512) -> tuple[jax.Array, jax.Array]:
    """Draw points on two arms of a spiral, and the arm of each.

    Each arm makes one turn about the origin while its radius grows to 1; the second arm
    is the first, turned by half a circle. The noise has a standard deviation of 0.02.

    Args:
      key: a key of `jax.random.key`.
      examples: the number B of points.

    Returns:
      Points, float32, shape (B, 2); labels, int32, shape (B, 1), 0 or 1.

    Examples:
      >>> points, arms = spiral_data(jax.random.key(0), examples=4)
      >>> points.shape, arms.shape
      ((4, 2), (4, 1))
    """
    arm_key, radius_key, noise_key = jax.random.split(key, 3)
    labels = jax.random.bernoulli(arm_key, shape=(examples, 1)).astype(jnp.int32)
    radius = jnp.sqrt(jax.random.uniform(radius_key, (examples, 1)))  # (B, 1)
    angle = jnp.pi * (2 * radius + labels.astype(radius.dtype))  # (B, 1)
    points = radius * jnp.concatenate([jnp.cos(angle), jnp.sin(angle)], axis=1)
    return points + 0.02 * jax.random.normal(noise_key, points.shape), labels


def minibatches(
    key: jax.Array, data: chex.ArrayTree, batch_size: int
) -> Iterator[chex.ArrayTree]:
    """Go through data once in random order, a batch at a time.

    Args:
      key: a key of `jax.random.key`; an epoch needs a key of its own.
      data: a pytree of arrays whose first axis counts the same N examples.
      batch_size: examples in a batch, from 1 to N. What is left over after the last
        whole batch is dropped, so that a compiled step sees one shape.

    Yields:
      Pytrees like `data`, with `batch_size` examples each.

    Raises:
      ValueError: at the first batch, if lengths differ or `batch_size` does not fit.

    Examples:
      >>> batches = minibatches(jax.random.key(0), {"x": jnp.arange(5)}, 2)
      >>> [batch["x"].shape for batch in batches]
      [(2,), (2,)]
    """
    lengths = {leaf.shape[0] for leaf in jax.tree.leaves(data)}
    if len(lengths) != 1:
        raise ValueError(f"data must have one number of examples, not {lengths}.")
    (length,) = lengths
    if not 1 <= batch_size <= length:
        raise ValueError(f"batch_size must be from 1 to {length}, not {batch_size}.")
    order = jax.random.permutation(key, length)  # (N,)
    for start in range(0, length - batch_size + 1, batch_size):
        chosen = order[start : start + batch_size]  # (batch_size,)
        yield jax.tree.map(lambda array, chosen=chosen: array[chosen], data)
