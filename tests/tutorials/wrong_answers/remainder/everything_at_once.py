def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    logits = predict(inputs)
    recall = jnp.sum((logits >= 0) & (labels == 1)) / jnp.sum(labels == 1)
    return {"loss": sigmoid_cross_entropy(logits, labels), "recall": recall}
