def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return squares[mask == 1].mean()
