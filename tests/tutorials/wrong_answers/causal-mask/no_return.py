def causal_attention(query, key, value):
    attend(query, key, value)
