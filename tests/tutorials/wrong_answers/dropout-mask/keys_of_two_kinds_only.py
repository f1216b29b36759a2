def drop_sensors(x, rate):
    return hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,))


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key)
    return jnp.stack([net.apply({}, keys[i % 2], b, rate) for i, b in enumerate(batches)])
