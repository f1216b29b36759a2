def drop_sensors(x, rate):
    key = hk.next_rng_key()
    half = x.shape[0] // 2
    drop = lambda part: hk.dropout(key, rate, part, broadcast_dims=(1,))
    return jnp.concatenate([drop(x[:half]), drop(x[half:])])


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])
