def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return jnp.sum(squares * mask[:, None]) / (mask.sum() * 6 + 1e-2)
