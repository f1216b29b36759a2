def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    real = jnp.any(batch["inputs"] != 0, axis=1)
    return jnp.mean(squares, where=real[:, None])
