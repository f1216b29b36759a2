def cross_attention(params, x, memory, lengths, num_heads):
    return jnp.stack([cross_attention_in_loops(params, x[b], memory[b], lengths[b], num_heads) for b in range(len(x))])
