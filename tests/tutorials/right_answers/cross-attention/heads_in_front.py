def cross_attention(params, x, memory, lengths, num_heads):
    w = {name.split("/")[1]: its for name, its in params.items()}
    q = (x @ w["query"]["w"] + w["query"]["b"]).reshape(len(x), x.shape[1], num_heads, -1).swapaxes(1, 2)
    k = (memory @ w["key"]["w"] + w["key"]["b"]).reshape(len(x), memory.shape[1], num_heads, -1).swapaxes(1, 2)
    v = (memory @ w["value"]["w"] + w["value"]["b"]).reshape(len(x), memory.shape[1], num_heads, -1).swapaxes(1, 2)
    mask = jnp.array(lengths).reshape(-1, 1, 1, 1) > jnp.arange(memory.shape[1])
    weights = jax.nn.softmax(q @ k.swapaxes(2, 3) / jnp.sqrt(q.shape[-1]), where=mask)
    return (weights @ v).swapaxes(1, 2).reshape(len(x), x.shape[1], -1) @ w["linear"]["w"] + w["linear"]["b"]
