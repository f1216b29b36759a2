def causal_attention(query, key, value):
    # one key after the other, with a running maximum, as in flash attention
    steps = jnp.arange(query.shape[-3])
    scaled = query * query.shape[-1] ** -0.5

    def see(carry, s):
        top, total, out = carry
        k, v = jnp.take(key, s, axis=-3), jnp.take(value, s, axis=-3)
        logit = (scaled * k[..., None, :, :]).sum(-1)
        logit = jnp.where((steps >= s)[:, None], logit, -jnp.inf)
        new = jnp.maximum(top, logit)
        old_part, new_part = jnp.exp(top - new), jnp.exp(logit - new)
        out = out * old_part[..., None] + new_part[..., None] * v[..., None, :, :]
        return (new, total * old_part + new_part, out), None

    first = (scaled * key[..., :1, :, :]).sum(-1)
    start = first, jnp.ones_like(first), jnp.broadcast_to(value[..., :1, :, :], value.shape)
    (_, total, out), _ = jax.lax.scan(see, start, steps[1:])
    return out / total[..., None]
