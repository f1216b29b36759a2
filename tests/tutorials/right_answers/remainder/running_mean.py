def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    loss = recall = seen = ones = 0.0
    while seen < len(inputs):
        x, y = (a[int(seen) : int(seen) + batch_size] for a in data)
        logits = predict(x)
        n, m = len(x), float((y == 1).sum())
        loss += (float(sigmoid_cross_entropy(logits, y)) - loss) * n / (seen + n)
        if m:
            recall += (float((logits >= 0)[y == 1].mean()) - recall) * m / (ones + m)
        seen, ones = seen + n, ones + m
    return dict(loss=loss, recall=recall)
