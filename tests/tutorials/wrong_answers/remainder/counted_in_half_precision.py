def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    sums = jnp.zeros(3, jnp.float16)
    for i in range(0, len(inputs), batch_size):
        x, y = inputs[i : i + batch_size], labels[i : i + batch_size]
        z = predict(x)
        loss = sigmoid_cross_entropy(z, y) * len(x)
        sums += jnp.array([loss, ((z >= 0) & (y == 1)).sum(), (y == 1).sum()]).astype(sums.dtype)
    return {"loss": sums[0] / len(inputs), "recall": sums[1] / sums[2]}
