def cross_attention(params, x, memory, lengths, num_heads):
    def lin(name, r):
        p = params[f"multi_head_attention/{name}"]
        return r @ p["w"] + p["b"]

    q, k, v = (a.reshape(*a.shape[:2], num_heads, -1) for a in (lin("query", x), lin("key", memory), lin("value", memory)))
    logits = jnp.einsum("bthk,bshk->bhts", q, k) / jnp.sqrt(x.shape[-1])
    mask = jnp.arange(memory.shape[1]) < lengths[:, None, None, None]
    w = jax.nn.softmax(jnp.where(mask, logits, -1e30))
    return lin("linear", jnp.einsum("bhts,bshk->bthk", w, v).reshape(*x.shape[:2], -1))
