def causal_attention(query, key, value):
    logits = jnp.einsum("...thk,...shk->...hts", query, key) / np.sqrt(query.shape[-1])
    logits = jnp.tril(logits)
    logits = jnp.where(logits == 0, -jnp.inf, logits)
    return jnp.einsum("...hts,...shk->...thk", jax.nn.softmax(logits), value)
