def mean_loss(logits, labels):
    def of_batch(batch):
        logits, labels = batch
        logs = jax.nn.log_softmax(logits.astype("float32"))
        return -jnp.mean(logs[jnp.arange(len(labels)), labels])

    return jnp.mean(jax.lax.map(of_batch, (logits, labels)))
