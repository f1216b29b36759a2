"""How good a classifier is: losses and accuracy for labels of any dtype."""

import jax
import jax.numpy as jnp


def sigmoid_cross_entropy(logits: jax.Array, labels: jax.Array) -> jax.Array:
    """Compute the mean cross-entropy, in nats, of yes-or-no labels.

    Args:
      logits: log-odds of label 1, float, any shape.
      labels: 0 or 1, of any dtype, the same shape.

    Returns:
      The mean over all entries, dtype of `logits`, shape ().

    Raises:
      ValueError: if the shapes differ.

    Examples:
      >>> loss = sigmoid_cross_entropy(jnp.zeros(2), jnp.array([0, 1]))
      >>> round(float(loss), 3)  # log 2
      0.693
    """
    _require_shape(labels, logits.shape)
    labels = labels.astype(logits.dtype)
    # log(1 + exp(-x)) if the label is 1, log(1 + exp(x)) if it is 0; no exp overflows
    return jnp.mean(jnp.logaddexp(0, logits) - labels * logits)


def softmax_cross_entropy(logits: jax.Array, labels: jax.Array) -> jax.Array:
    """Compute the mean cross-entropy, in nats, of labels of several classes.

    Args:
      logits: unnormalised log-probabilities, float, shape (B, K).
      labels: classes from 0 up to K - 1, of any integer dtype, shape (B,).

    Returns:
      The mean over the batch, dtype of `logits`, shape ().

    Raises:
      ValueError: if the labels do not have shape (B,).

    Examples:
      >>> loss = softmax_cross_entropy(jnp.zeros((2, 4)), jnp.array([0, 3]))
      >>> round(float(loss), 3)  # log 4
      1.386
    """
    _require_shape(labels, logits.shape[:1])
    log_probabilities = jax.nn.log_softmax(logits)  # (B, K)
    chosen = jnp.take_along_axis(log_probabilities, labels.astype(int)[:, None], axis=1)
    return -jnp.mean(chosen)


def accuracy(logits: jax.Array, labels: jax.Array) -> jax.Array:
    """Compute the share of labels predicted; a nan among the logits predicts nothing.

    Args:
      logits: float. With K columns, shape (B, K), the largest predicts. For labels of
        yes or no, log-odds of the shape of the labels, where 0 and more predict 1.
      labels: of any dtype: classes, shape (B,), or 0 and 1 in the shape of the logits.

    Returns:
      The share, between 0 and 1, float32, shape ().

    Raises:
      ValueError: if the labels have neither of the two shapes.

    Examples:
      >>> logits = jnp.array([[2.0, 1.0], [0.0, 3.0]])
      >>> float(accuracy(logits, jnp.array([0, 0])))
      0.5
    """
    if labels.shape == logits.shape:
        correct = (logits >= 0) == labels.astype(bool)
        correct &= ~jnp.isnan(logits)
    else:
        _require_shape(labels, logits.shape[:1])
        correct = jnp.argmax(logits, axis=-1) == labels
        correct &= ~jnp.isnan(logits).any(axis=-1)
    return jnp.mean(correct, dtype=jnp.float32)


def _require_shape(labels: jax.Array, shape: tuple[int, ...]) -> None:
    if labels.shape != shape:
        raise ValueError(f"labels must have shape {shape}, not {labels.shape}.")
