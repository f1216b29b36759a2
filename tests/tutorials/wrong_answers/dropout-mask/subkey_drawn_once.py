def drop_sensors(x, rate):
    return hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,))


def run_epoch(key, batches, rate):
    key, subkey = jax.random.split(key)
    net = hk.transform(drop_sensors)
    return jnp.stack([net.apply({}, subkey, batch, rate) for batch in batches])
