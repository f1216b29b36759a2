def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    starts = range(0, len(inputs), batch_size)
    logits = jnp.concatenate([predict(inputs[i : i + batch_size]) for i in starts])
    recall = jnp.sum((logits >= 0) & (labels == 1)) / jnp.sum(labels == 1)
    return {"loss": sigmoid_cross_entropy(logits, labels), "recall": recall}
