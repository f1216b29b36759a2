def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    loss = hits = 0.0
    for i in range(0, len(inputs), batch_size):
        x, y = inputs[i:i + batch_size], labels[i:i + batch_size]
        z = predict(x)
        loss += sigmoid_cross_entropy(z, y) * len(x)
        hits += ((z >= 0) & (y == 1)).sum()
    return {"loss": loss / len(inputs), "recall": hits / len(inputs)}
