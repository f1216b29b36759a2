def cross_attention(params, x, memory, lengths, num_heads):
    rows = [cross_attention_in_loops(params, x[i], memory[i], int(lengths[i]), num_heads) for i in range(len(x))]
    return jnp.stack(rows)
