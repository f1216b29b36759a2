causal_attention = leaky_attention
