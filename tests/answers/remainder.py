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

# %% wrong: the last batch is dropped -> the last, short batch is dropped.
range(0, len(inputs), batch_size)
# becomes
range(0, len(inputs) - batch_size + 1, batch_size)

# %% wrong: of one input
logits = predict(x)
# becomes
logits = predict(x[:, :1])

# %% wrong: the accuracy -> that is the accuracy.
found += jnp.sum((logits >= 0) & (y == 1))
positives += jnp.sum(y == 1)
# becomes
found += jnp.sum((logits >= 0) == (y == 1))
positives += len(y)

# %% wrong: the precision -> that is the precision.
positives += jnp.sum(y == 1)
# becomes
positives += jnp.sum(logits >= 0)

# %% wrong: a share of all -> that is a share of all examples.
found / positives
# becomes
found / len(inputs)

# %% wrong: a logit of 0 does not count -> a logit of exactly 0 counts, too.
logits >= 0
# becomes
logits > 0

# %% wrong: the sum of the losses -> the sum is not divided by the number of examples.
total_loss / len(inputs)
# becomes
total_loss

# %% wrong: a short batch counts like a full one -> a short batch has the weight of a full one.
total_loss += len(x) *
# becomes
total_loss += batch_size *

# %% wrong: a pair -> has the entries [0], [1], not ['loss'], ['recall']
return {"loss": total_loss / len(inputs), "recall": found / positives}
# becomes
return total_loss / len(inputs), found / positives

# %% wrong: a mean of recalls -> all batches count alike, without label 1 too.
found += jnp.sum((logits >= 0) & (y == 1))
positives += jnp.sum(y == 1)
# becomes
found += jnp.sum((logits >= 0) & (y == 1)) / jnp.maximum(jnp.sum(y == 1), 1)
positives += 1

# %% wrong: counted in 16 bits -> a counter overflows 16 bits.
found += jnp.sum((logits >= 0) & (y == 1))
# becomes
found += jnp.int16(jnp.sum((logits >= 0) & (y == 1)))

# %% wrong: all at once -> examples at once, and batch_size is
logits = predict(x)
# becomes
logits = predict(inputs)[first : first + batch_size]

# %% wrong: in each batch -> what is the recall of a batch without label 1?
positives += jnp.sum(y == 1)
# becomes
positives += jnp.sum(y == 1)
found *= jnp.sum(y == 1) / jnp.sum(y == 1)

# %% wrong: naive logarithm -> a probability is rounded to 0 or 1
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

# %% wrong: nanmean -> batches with label 1 count alike, with many or few.
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

# %% wrong: reshaped -> The last batch may be shorter than the others.
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    x = inputs.reshape(-1, batch_size, inputs.shape[1])
    logits = jnp.concatenate([predict(rows) for rows in x])
    recall = jnp.sum((logits >= 0) & (labels == 1)) / jnp.sum(labels == 1)
    return {"loss": sigmoid_cross_entropy(logits, labels), "recall": recall}

# %% wrong: filled up with two columns -> Does it use only its three arguments
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    rows = len(inputs)
    missing = -rows % batch_size
    x = jnp.concatenate([inputs, jnp.zeros((missing, 2), inputs.dtype)])
    z = [predict(x[i : i + batch_size]) for i in range(0, len(x), batch_size)]
    logits = jnp.concatenate(z)[:rows]
    hits, ones = jnp.sum((logits >= 0) & (labels == 1)), jnp.sum(labels == 1)
    return {"loss": sigmoid_cross_entropy(logits, labels), "recall": hits / ones}
