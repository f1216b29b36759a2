def mean_loss(logits, labels):
    logs = jax.nn.log_softmax(logits.astype("float32"), axis=-1)
    return -jnp.mean(jnp.take_along_axis(logs, labels[..., None], axis=-1)).astype(logits.dtype)
