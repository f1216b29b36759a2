def causal_attention(query, key, value):
    length = query.shape[-3]
    logits = jnp.einsum("...thk,...shk->...hts", query, key) / np.sqrt(query.shape[-1])
    logits = logits * np.sqrt(query.shape[-1])
    weights = jax.nn.softmax(jnp.where(jnp.tri(length, dtype=bool), logits, -1e30))
    return jnp.einsum("...hts,...shk->...thk", weights, value)
