def cross_attention(params, x, memory, lengths, num_heads):
    def linear(name, rows):
        its = params["multi_head_attention/" + name]
        return jnp.dot(rows, its["w"]) + its["b"]

    def one(x, memory, length):
        query, key, value = linear("query", x), linear("key", memory), linear("value", memory)
        size = query.shape[1] // num_heads
        parts = []
        for h in range(num_heads):
            own = slice(h * size, (h + 1) * size)
            logits = query[:, own] @ key[:, own].T / size**0.5
            logits = jnp.where(jnp.arange(len(memory)) < length, logits, -jnp.inf)
            parts.append(jax.nn.softmax(logits, axis=1) @ value[:, own])
        return linear("linear", jnp.concatenate(parts, axis=1))

    return jax.vmap(one)(x, memory, lengths)
