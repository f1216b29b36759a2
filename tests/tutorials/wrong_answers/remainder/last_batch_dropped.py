def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    total = found = ones = count = 0
    for first in range(0, len(inputs) - batch_size + 1, batch_size):
        x, y = (array[first : first + batch_size] for array in (inputs, labels))
        logits = predict(x)
        total += len(x) * sigmoid_cross_entropy(logits, y)
        found += jnp.sum((logits >= 0) & (y == 1))
        ones += jnp.sum(y == 1)
        count += len(x)
    return {"loss": total / count, "recall": found / ones}
