def cross_attention(params, x, memory, lengths, num_heads):
    def linear(name, rows):
        its = params[f"multi_head_attention/{name}"]
        return rows @ its["w"] + its["b"]

    def heads(name, rows):
        return linear(name, rows).reshape(*rows.shape[:2], num_heads, -1)

    query, key, value = heads("query", x), heads("key", memory), heads("value", memory)
    logits = jnp.einsum("bthk,bshk->bhts", query, key) / np.sqrt(query.shape[-1])
    real = jnp.arange(memory.shape[1]) < lengths[:, None]
    logits += -100.0 * (1 - real[:, None, None, :])
    weights = jax.nn.softmax(logits)
    out = jnp.einsum("bhts,bshk->bthk", weights, value)
    return linear("linear", out.reshape(*x.shape[:2], -1))
