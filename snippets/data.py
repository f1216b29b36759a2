"""Synthetic data, each draw from a key of its own."""

import jax
import jax.numpy as jnp


def regression_data(key: jax.Array, examples: int = 128) -> tuple[jax.Array, jax.Array]:
    """Draw inputs and the targets 12 x + 6, twice, with unit Gaussian noise.

    Args:
      key: a key of `jax.random.key`.
      examples: the number B of rows.

    Returns:
      Inputs, float32, shape (B, 3), standard normal; targets, float32, shape (B, 6).

    Source: the practical that this site grew from, third exercise; noise repaired.
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
    """
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))  # (8, 36)
    noisy = 12 * inputs + jax.random.normal(noise_key, (8, 36))
    labels = noisy.sum(axis=1) > 6  # (8,)
    return inputs, labels.astype(jnp.int32)[:, None]  # (8, 36), (8, 1)
