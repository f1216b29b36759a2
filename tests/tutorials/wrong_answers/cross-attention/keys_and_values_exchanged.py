def cross_attention(params, x, memory, lengths, num_heads):
    def heads(name, rows):
        its = params[f"multi_head_attention/{name}"]
        return (rows @ its["w"] + its["b"]).reshape(*rows.shape[:2], num_heads, -1)

    query, value, key = heads("query", x), heads("key", memory), heads("value", memory)
    logits = jnp.einsum("bthk,bshk->bhts", query, key) / np.sqrt(query.shape[-1])
    real = jnp.arange(memory.shape[1]) < lengths[:, None]
    weights = jax.nn.softmax(jnp.where(real[:, None, None, :], logits, -1e30))
    out = jnp.einsum("bhts,bshk->bthk", weights, value).reshape(*x.shape[:2], -1)
    return out @ params["multi_head_attention/linear"]["w"] + params["multi_head_attention/linear"]["b"]
