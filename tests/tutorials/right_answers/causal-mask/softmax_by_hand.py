def causal_attention(query, key, value):
    mask = jnp.tri(query.shape[-3])
    query, key, value = (part.swapaxes(-3, -2) for part in (query, key, value))
    logits = query @ key.swapaxes(-1, -2) * key.shape[-1] ** -0.5
    logits = mask * logits - 1e9 * (1 - mask)
    scores = mask * jnp.exp(logits - logits.max(axis=-1, keepdims=True))
    return (scores @ value / scores.sum(axis=-1, keepdims=True)).swapaxes(-3, -2)
