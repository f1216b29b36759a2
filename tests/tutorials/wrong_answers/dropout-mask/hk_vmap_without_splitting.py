def drop_sensors(x, rate):
    drop = lambda r: hk.dropout(hk.next_rng_key(), rate, r, broadcast_dims=(0,))
    return hk.vmap(drop, split_rng=False)(x)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])
