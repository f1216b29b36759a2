def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return jnp.average(squares.mean(axis=1), weights=mask)
