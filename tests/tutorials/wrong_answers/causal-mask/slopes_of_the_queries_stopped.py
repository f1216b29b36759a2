def causal_attention(query, key, value):
    mask = jnp.tri(query.shape[-3], dtype=bool)
    logits = jnp.einsum("...thk,...shk->...hts", jax.lax.stop_gradient(query), key) / np.sqrt(query.shape[-1])
    weights = jax.nn.softmax(jnp.where(mask, logits, -1e30))
    return jnp.einsum("...hts,...shk->...thk", weights, value)
