def masked_loss(params, batch):
    def one(x, y, real):
        return jnp.where(real > 0, jnp.mean((network.apply(params, x) - y) ** 2), 0.0)

    return jax.vmap(one)(batch["inputs"], batch["targets"], batch["mask"]).sum() / batch["mask"].sum()
