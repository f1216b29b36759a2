def masked_loss(params, batch):
    error = batch["mask"][:, None] * (my_haiku_net.apply(params, batch["inputs"]) - batch["targets"])
    return jnp.vdot(error, error) / (batch["mask"].sum() * error.shape[-1])
