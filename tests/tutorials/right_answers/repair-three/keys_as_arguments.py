class NoisyRows(hk.Module):
    def __call__(self, x):
        h = hk.Linear(50)(x)
        keys = jnp.stack(hk.next_rng_keys(len(x)))
        return jax.vmap(lambda key, row: hk.dropout(key, 0.5, row))(keys, h)


class NoisyRounds(hk.Module):
    def __call__(self, x):
        keys = jnp.stack(hk.next_rng_keys(4))
        return jax.lax.fori_loop(0, 4, lambda i, h: hk.dropout(keys[i], 0.5, h), x)


class SavedBlock(hk.Module):
    def __call__(self, x):
        largest = hk.get_state("largest", (), init=jnp.zeros)
        hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
        w_init = hk.initializers.TruncatedNormal(x.shape[-1] ** -0.5)
        w = hk.get_parameter("w", (x.shape[-1], 7), init=w_init)
        b = hk.get_parameter("b", (7,), init=jnp.zeros)
        return jax.checkpoint(lambda w, b, x: jnp.tanh(x @ w + b))(w, b, x)
