def mean_loss(logits, labels):
    def add(total, batch):
        logits, labels = batch
        logs = jax.nn.log_softmax(logits.astype("float32"))
        chosen = jnp.take_along_axis(logs, labels[:, None], axis=1)
        return total - jnp.sum(chosen), None

    total, _ = jax.lax.scan(add, jnp.zeros((), "float32"), (logits, labels))
    return total / labels.shape[0]
