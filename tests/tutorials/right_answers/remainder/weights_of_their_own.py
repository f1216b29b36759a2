def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    rows = []
    for first in range(0, len(inputs), batch_size):
        x, y = (array[first : first + batch_size] for array in (inputs, labels))
        logits = predict(x)
        ones = float(jnp.sum(y == 1))
        recall = float(jnp.sum((logits >= 0) & (y == 1))) / ones if ones else 0.0
        rows.append((float(sigmoid_cross_entropy(logits, y)), recall, len(x), ones))
    losses, recalls, sizes, ones = np.array(rows).T
    return {"loss": np.average(losses, weights=sizes), "recall": np.average(recalls, weights=ones), "rows": len(rows)}
