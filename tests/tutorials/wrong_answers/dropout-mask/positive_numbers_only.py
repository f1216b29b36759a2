def drop_sensors(x, rate):
    mask = hk.dropout(hk.next_rng_key(), rate, jnp.ones((x.shape[0], 1, x.shape[2])))
    return jnp.maximum(x, 0) * mask


def run_epoch(key, batches, rate):
    keys = jax.random.split(key, len(batches))
    net = hk.transform(drop_sensors)
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])
