def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    logits = jnp.concatenate([predict(inputs[i : i + batch_size]) for i in range(0, len(inputs), batch_size)])
    return sigmoid_cross_entropy(logits, labels), jnp.sum((logits >= 0) & (labels == 1)) / jnp.sum(labels)
