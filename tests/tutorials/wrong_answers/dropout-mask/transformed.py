drop_sensors = hk.transform(lambda x, rate: hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,)))


def run_epoch(key, batches, rate):
    keys = jax.random.split(key, len(batches))
    return jnp.stack([drop_sensors.apply({}, k, b, rate) for k, b in zip(keys, batches)])
