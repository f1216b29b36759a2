def causal_attention(query, key, value):
    length = query.shape[-3]
    logits = jnp.einsum("...thk,...shk->...hts", query, key) / np.sqrt(query.shape[-1])
    t = jnp.arange(length)
    weights = jax.nn.softmax(jnp.where(t[:, None] >= t, logits, -1e4), axis=-1)
    return jnp.einsum("...hts,...shk->...thk", weights, value)
