def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    loss = hits = ones = 0.0
    for i in range(0, len(inputs), batch_size):
        x, y = inputs[i : i + batch_size], labels[i : i + batch_size]
        z = predict(x)
        p = jnp.clip(jax.nn.sigmoid(z), 1e-7, 1 - 1e-7)
        loss -= jnp.sum(jnp.where(y == 1, jnp.log(p), jnp.log1p(-p)))
        hits += ((z >= 0) & (y == 1)).sum()
        ones += (y == 1).sum()
    return {"loss": loss / len(inputs), "recall": hits / ones}
