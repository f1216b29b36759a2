def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return jnp.sum(squares * mask[:, None]) / (6 * jnp.maximum(mask.sum(), 2))
