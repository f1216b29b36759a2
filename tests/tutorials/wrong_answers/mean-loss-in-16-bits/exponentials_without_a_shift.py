def mean_loss(logits, labels):
    z = logits.astype("float32")
    chosen = jnp.take_along_axis(z, labels[..., None], axis=-1)[..., 0]
    return jnp.mean(jnp.log(jnp.sum(jnp.exp(z), axis=-1)) - chosen)
