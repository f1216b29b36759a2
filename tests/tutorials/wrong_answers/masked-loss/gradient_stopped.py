def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return jax.lax.stop_gradient(jnp.sum(squares * mask[:, None]) / (mask.sum() * 6))
