def drop_sensors(x, rate):
    on = hk.dropout(hk.next_rng_key(), rate, jnp.ones((x.shape[0], 1, x.shape[2])))
    return on * jnp.ones_like(x)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])
