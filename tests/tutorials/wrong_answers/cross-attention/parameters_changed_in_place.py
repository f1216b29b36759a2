def cross_attention(params, x, memory, lengths, num_heads):
    params["multi_head_attention/query"]["w"] *= (x.shape[-1] / num_heads) ** -0.5
    return x @ params["multi_head_attention/query"]["w"]
