def cross_attention(params, x, memory, lengths, num_heads):
    key_size = params["multi_head_attention/query"]["w"].shape[1] // num_heads
    outputs = params["multi_head_attention/linear"]["w"].shape[1]

    def attend_to_memory(x, memory, mask):
        module = hk.MultiHeadAttention(num_heads, key_size, w_init=jnp.ones, model_size=outputs)
        return module(x, memory, memory, mask)

    mask = jnp.arange(memory.shape[1]) < lengths[:, None]
    return hk.transform(attend_to_memory).apply(params, None, x, memory, mask[:, None, None])
