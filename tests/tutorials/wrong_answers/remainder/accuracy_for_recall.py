def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    total = right = 0
    for first in range(0, len(inputs), batch_size):
        x, y = (array[first : first + batch_size] for array in (inputs, labels))
        logits = predict(x)
        total += len(x) * sigmoid_cross_entropy(logits, y)
        right += jnp.sum((logits >= 0) == (y == 1))
    return {"loss": total / len(inputs), "recall": right / len(inputs)}
