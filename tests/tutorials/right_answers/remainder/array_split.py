def evaluate_batches(predict, data, batch_size):
    sums = jnp.zeros(3)
    pieces = -(-len(data[0]) // batch_size)
    for x, y in zip(*(np.array_split(np.asarray(a), pieces) for a in data)):
        z = predict(x)
        sums += jnp.array([jnp.sum(jnp.logaddexp(0, z) - y * z), jnp.sum((z >= 0) & (y > 0)), y.sum()])
    return {"loss": sums[0] / len(data[0]), "recall": sums[1] / sums[2]}
