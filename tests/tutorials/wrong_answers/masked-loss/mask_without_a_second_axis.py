def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    return jnp.sum(batch["mask"] * squares) / jnp.sum(batch["mask"]) / 6
