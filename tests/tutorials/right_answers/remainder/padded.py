def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    total = found = ones = 0.0
    for first in range(0, len(inputs), batch_size):
        x, y = (np.asarray(array[first : first + batch_size]) for array in (inputs, labels))
        missing = batch_size - len(x)
        real = np.arange(batch_size)[:, None] < len(x)
        x, y = (np.pad(array, ((0, missing), (0, 0))) for array in (x, y))
        logits = np.asarray(predict(x))
        total += float(np.sum(real * (np.logaddexp(0, logits) - y * logits)))
        found += int(np.sum(real & (logits >= 0) & (y == 1)))
        ones += int(np.sum(real & (y == 1)))
    return {"loss": total / len(inputs), "recall": found / ones}
