def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return jnp.sum(squares * mask[:, None]) / (mask.astype(jnp.int8).sum(dtype=jnp.int8) * 6.0)
