def mean_loss(logits, labels):
    z = logits.astype("float32")
    z = z - jax.lax.stop_gradient(z.max(axis=-1, keepdims=True))
    chosen = jnp.sum(z * jax.nn.one_hot(labels, z.shape[-1]), axis=-1)
    return jnp.mean(jnp.log(jnp.sum(jnp.exp(z), axis=-1)) - chosen)
