def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    logits = jnp.concatenate([predict(inputs[i : i + batch_size]) for i in range(0, len(inputs), batch_size)])
    recall = jnp.sum((logits >= 0) & (labels == 1)) / jnp.sum(labels == 1)
    {"loss": sigmoid_cross_entropy(logits, labels), "recall": recall}
