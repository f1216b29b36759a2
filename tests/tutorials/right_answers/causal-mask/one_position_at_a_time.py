def causal_attention(query, key, value):
    outputs = []
    for t in range(query.shape[-3]):
        now, past = query[..., t : t + 1, :, :], slice(0, t + 1)
        outputs.append(attend(now, key[..., past, :, :], value[..., past, :, :]))
    return jnp.concatenate(outputs, axis=-3)
