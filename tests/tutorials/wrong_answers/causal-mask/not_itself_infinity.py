def causal_attention(query, key, value):
    length = query.shape[-3]
    logits = jnp.einsum("...thk,...shk->...hts", query, key) / np.sqrt(query.shape[-1])
    weights = jax.nn.softmax(jnp.where(jnp.tril(jnp.ones((length, length), bool), k=-1), logits, -jnp.inf))
    return jnp.einsum("...hts,...shk->...thk", weights, value)
