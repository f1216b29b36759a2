def mean_loss(logits, labels):
    logs = jax.nn.log_softmax(logits, axis=-1).astype("float32")
    return -jnp.mean(jnp.take_along_axis(logs, labels[..., None], axis=-1))
