def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    loss = hits = ones = 0.0
    for i in range(0, len(inputs), batch_size):
        x, y = inputs[i:i + batch_size], labels[i:i + batch_size]
        z = predict(x)
        loss += sigmoid_cross_entropy(z, y) * x.shape[0]
        hits += ((z > 0) & (y == 1)).sum()
        ones += (y == 1).sum()
    return {"loss": loss / inputs.shape[0], "recall": hits / ones}
