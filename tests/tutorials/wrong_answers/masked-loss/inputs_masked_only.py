def masked_loss(params, batch):
    mask = batch["mask"][:, None]
    error = network.apply(params, batch["inputs"] * mask) - batch["targets"] * mask
    return jnp.sum(error**2) / (mask.sum() * 6)
