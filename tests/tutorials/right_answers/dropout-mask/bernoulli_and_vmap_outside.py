def drop_sensors(x, rate):
    B, _, S = x.shape
    off = jax.random.bernoulli(hk.next_rng_key(), rate, (B, S))
    return jnp.where(off[:, None, :], 0.0, x / (1.0 - rate))


def run_epoch(key, batches, rate):
    apply = hk.transform(drop_sensors).apply
    return jax.vmap(lambda k, b: apply({}, k, b, rate))(jax.random.split(key, batches.shape[0]), batches)
