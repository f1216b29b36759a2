def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    losses, recalls, sizes = [], [], []
    for first in range(0, len(inputs), batch_size):
        x, y = (array[first : first + batch_size] for array in (inputs, labels))
        logits = predict(x)
        losses.append(sigmoid_cross_entropy(logits, y))
        recalls.append(jnp.sum((logits >= 0) & (y == 1)) / jnp.maximum(jnp.sum(y == 1), 1))
        sizes.append(len(x))
    return {"loss": np.average(losses, weights=sizes), "recall": np.average(recalls, weights=sizes)}
