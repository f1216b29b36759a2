# %% right: array split
def evaluate_batches(predict, data, batch_size):
    sums = jnp.zeros(3)
    pieces = -(-len(data[0]) // batch_size)
    for x, y in zip(*(np.array_split(np.asarray(a), pieces) for a in data)):
        z = predict(x)
        sums += jnp.array([jnp.sum(jnp.logaddexp(0, z) - y * z), jnp.sum((z >= 0) & (y > 0)), y.sum()])
    return {"loss": sums[0] / len(data[0]), "recall": sums[1] / sums[2]}

# %% right: logits joined
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    starts = range(0, len(inputs), batch_size)
    logits = jnp.concatenate([predict(inputs[i : i + batch_size]) for i in starts])
    recall = jnp.sum((logits >= 0) & (labels == 1)) / jnp.sum(labels == 1)
    return {"loss": sigmoid_cross_entropy(logits, labels), "recall": recall}

# %% right: running mean
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

# %% wrong: a pair
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    logits = jnp.concatenate([predict(inputs[i : i + batch_size]) for i in range(0, len(inputs), batch_size)])
    return sigmoid_cross_entropy(logits, labels), jnp.sum((logits >= 0) & (labels == 1)) / jnp.sum(labels)

# %% wrong: accuracy for recall
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    total = right = 0
    for first in range(0, len(inputs), batch_size):
        x, y = (array[first : first + batch_size] for array in (inputs, labels))
        logits = predict(x)
        total += len(x) * sigmoid_cross_entropy(logits, y)
        right += jnp.sum((logits >= 0) == (y == 1))
    return {"loss": total / len(inputs), "recall": right / len(inputs)}

# %% wrong: as if all were full
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    total = found = ones = batches = 0
    for first in range(0, len(inputs), batch_size):
        x, y = (array[first : first + batch_size] for array in (inputs, labels))
        logits = predict(x)
        total += len(x) * sigmoid_cross_entropy(logits, y)
        found += jnp.sum((logits >= 0) & (y == 1))
        ones += jnp.sum(y == 1)
        batches += 1
    return {"loss": total / (batches * batch_size), "recall": found / ones}

# %% wrong: everything at once
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    logits = predict(inputs)
    recall = jnp.sum((logits >= 0) & (labels == 1)) / jnp.sum(labels == 1)
    return {"loss": sigmoid_cross_entropy(logits, labels), "recall": recall}

# %% wrong: greater than zero
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

# %% wrong: last batch dropped
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

# %% wrong: loss only
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    total, recalls = 0, []
    for first in range(0, len(inputs), batch_size):
        x, y = (array[first : first + batch_size] for array in (inputs, labels))
        logits = predict(x)
        total += len(x) * sigmoid_cross_entropy(logits, y)
        recalls.append(jnp.sum((logits >= 0) & (y == 1)) / jnp.sum(y == 1))
    return {"loss": total / len(inputs), "recall": np.mean(recalls)}

# %% wrong: naive logarithm
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    loss = hits = ones = 0.0
    for i in range(0, len(inputs), batch_size):
        x, y = inputs[i : i + batch_size], labels[i : i + batch_size]
        z = predict(x)
        p = jax.nn.sigmoid(z)
        loss -= jnp.sum(y * jnp.log(p) + (1 - y) * jnp.log(1 - p))
        hits += ((z >= 0) & (y == 1)).sum()
        ones += (y == 1).sum()
    return {"loss": loss / len(inputs), "recall": hits / ones}

# %% wrong: nanmean
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

# %% wrong: not divided
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    total = found = 0
    for first in range(0, len(inputs), batch_size):
        x, y = (array[first : first + batch_size] for array in (inputs, labels))
        logits = predict(x)
        total += len(x) * sigmoid_cross_entropy(logits, y)
        found += jnp.sum((logits >= 0) & (y == 1))
    return {"loss": total, "recall": found}

# %% wrong: one entry per column
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    loss = hits = ones = 0
    for i in range(0, len(inputs), batch_size):
        x, y = inputs[i:i + batch_size], labels[i:i + batch_size]
        z = predict(x)
        loss = loss + sigmoid_cross_entropy(z, y) * len(x)
        hits = hits + ((z >= 0) & (y == 1)).sum(axis=0)
        ones = ones + (y == 1).sum(axis=0)
    return {"loss": loss / len(inputs), "recall": hits / ones}

# %% wrong: precision for recall
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    total = found = claimed = 0
    for first in range(0, len(inputs), batch_size):
        x, y = (array[first : first + batch_size] for array in (inputs, labels))
        logits = predict(x)
        total += len(x) * sigmoid_cross_entropy(logits, y)
        found += jnp.sum((logits >= 0) & (y == 1))
        claimed += jnp.sum(logits >= 0)
    return {"loss": total / len(inputs), "recall": found / claimed}

# %% wrong: reshaped
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    x = inputs.reshape(-1, batch_size, inputs.shape[1])
    logits = jnp.concatenate([predict(rows) for rows in x])
    recall = jnp.sum((logits >= 0) & (labels == 1)) / jnp.sum(labels == 1)
    return {"loss": sigmoid_cross_entropy(logits, labels), "recall": recall}

# %% wrong: return in the loop
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    total = found = ones = count = 0
    for first in range(0, len(inputs), batch_size):
        x, y = (array[first : first + batch_size] for array in (inputs, labels))
        logits = predict(x)
        total += len(x) * sigmoid_cross_entropy(logits, y)
        found += jnp.sum((logits >= 0) & (y == 1))
        ones += jnp.sum(y == 1)
        count += len(x)
        return {"loss": total / count, "recall": found / ones}

# %% wrong: share of all examples
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    loss = hits = 0.0
    for i in range(0, len(inputs), batch_size):
        x, y = inputs[i:i + batch_size], labels[i:i + batch_size]
        z = predict(x)
        loss += sigmoid_cross_entropy(z, y) * len(x)
        hits += ((z >= 0) & (y == 1)).sum()
    return {"loss": loss / len(inputs), "recall": hits / len(inputs)}

# %% wrong: short batch weighted as full
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    loss = hits = ones = 0.0
    for i in range(0, len(inputs), batch_size):
        x, y = inputs[i:i + batch_size], labels[i:i + batch_size]
        z = predict(x)
        loss += sigmoid_cross_entropy(z, y) * batch_size
        hits += ((z >= 0) & (y == 1)).sum()
        ones += (y == 1).sum()
    return {"loss": loss / inputs.shape[0], "recall": hits / ones}

# %% wrong: weighted by size
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
