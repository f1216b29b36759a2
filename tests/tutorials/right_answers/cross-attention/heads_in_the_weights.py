def cross_attention(params, x, memory, lengths, num_heads):
    """Heads as an axis of the weights; no reshape of activations."""
    p = {name.rpartition("/")[2]: leaf for name, leaf in params.items()}
    w = {n: p[n]["w"].reshape(len(p[n]["w"]), num_heads, -1) for n in ("query", "key", "value")}
    b = {n: p[n]["b"].reshape(num_heads, -1) for n in ("query", "key", "value")}
    q = jnp.einsum("btd,dhk->bhtk", x, w["query"]) + b["query"][:, None]
    k = jnp.einsum("bsm,mhk->bhsk", memory, w["key"]) + b["key"][:, None]
    v = jnp.einsum("bsm,mhk->bhsk", memory, w["value"]) + b["value"][:, None]
    scores = jnp.einsum("bhtk,bhsk->bhts", q, k) * q.shape[-1] ** -0.5
    padding = jnp.arange(memory.shape[1])[None] >= lengths[:, None]
    scores = scores + jnp.where(padding, jnp.finfo(scores.dtype).min / 2, 0.0)[:, None, None]
    weights = jnp.exp(scores - jax.nn.logsumexp(scores, axis=-1, keepdims=True))
    out = p["linear"]["w"].reshape(num_heads, w["value"].shape[-1], -1)
    return jnp.einsum("bhts,bhsk,hko->bto", weights, v, out) + p["linear"]["b"]
