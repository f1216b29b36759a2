def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    losses, recalls, sizes = [], [], []
    for first in range(0, len(inputs), batch_size):
        x, y = (array[first : first + batch_size] for array in (inputs, labels))
        logits = predict(x)
        losses.append(sigmoid_cross_entropy(logits, y) * len(x))
        ones = np.sum(y == 1)
        if ones:
            recalls.append(np.sum((logits >= 0) & (y == 1)) / ones)
    return {"loss": np.sum(losses) / len(inputs), "recall": np.mean(recalls)}
