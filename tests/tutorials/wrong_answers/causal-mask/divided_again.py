def causal_attention(query, key, value):
    length = query.shape[-3]
    logits = jnp.einsum("...thk,...shk->...hts", query, key) / np.sqrt(query.shape[-1])
    weights = jax.nn.softmax(logits) * jnp.tri(length)
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return jnp.einsum("...hts,...shk->...thk", weights, value)
