def causal_attention(query, key, value):
    query, key, value = np.array(query), np.array(key), np.array(value)
    logits = np.einsum("...thk,...shk->...hts", query, key) / np.sqrt(query.shape[-1])
    logits = np.where(np.tri(query.shape[-3], dtype=bool), logits, -1e30)
    scores = np.exp(logits - logits.max(axis=-1, keepdims=True))
    weights = scores / scores.sum(axis=-1, keepdims=True)
    return np.einsum("...hts,...shk->...thk", weights, value)
