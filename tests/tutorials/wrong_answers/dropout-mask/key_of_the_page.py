def drop_sensors(x, rate):
    return hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,))


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    return jnp.stack([net.apply({}, jax.random.key(i), b, rate) for i, b in enumerate(batches)])
