def mean_loss(logits, labels):
    def add(total, batch):
        logits, labels = batch
        probabilities = jax.nn.softmax(logits.astype("float32"))
        chosen = jnp.take_along_axis(probabilities, labels[:, None], axis=1)
        return total - jnp.sum(jnp.log(chosen)), None

    total, _ = jax.lax.scan(add, jnp.zeros((), "float32"), (logits, labels))
    return total / labels.size
