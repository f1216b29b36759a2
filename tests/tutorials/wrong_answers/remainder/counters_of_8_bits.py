def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    loss, counts = 0.0, np.zeros(2, np.uint8)  # found, and all with label 1
    for i in range(0, len(inputs), batch_size):
        x, y = inputs[i : i + batch_size], labels[i : i + batch_size]
        z = predict(x)
        loss += sigmoid_cross_entropy(z, y) * len(x)
        counts += np.array([((z >= 0) & (y == 1)).sum(), (y == 1).sum()]).astype(np.uint8)
    return {"loss": loss / len(inputs), "recall": counts[0] / counts[1]}
