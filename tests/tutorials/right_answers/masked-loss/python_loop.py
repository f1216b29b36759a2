def masked_loss(params, batch):
    total, count = 0.0, 0.0
    predictions = network.apply(params, batch["inputs"])
    for p, y, m in zip(predictions, batch["targets"], batch["mask"]):
        total += m * ((p - y) ** 2).mean()
        count += m
    return total / count
