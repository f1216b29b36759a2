def drop_sensors(x, rate):
    return hk.dropout(hk.next_rng_key(), rate, x.mean(axis=1))


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])
