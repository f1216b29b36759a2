def mean_loss(logits, labels):
    losses = optax.softmax_cross_entropy_with_integer_labels(jnp.asarray(logits, "float32"), labels)
    return losses.mean()
