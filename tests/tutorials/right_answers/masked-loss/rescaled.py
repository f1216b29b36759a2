def masked_loss(params, batch):
    return padded_loss(params, batch) / batch["mask"].mean()
