def cross_attention(params, x, memory, lengths, num_heads):
    init = hk.initializers.VarianceScaling(1.0)
    return hk.MultiHeadAttention(num_heads, 3, w_init=init)(x, memory, memory)
