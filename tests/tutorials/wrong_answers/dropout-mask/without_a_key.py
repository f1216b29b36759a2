def drop_sensors(x, rate):
    return hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,))


def run_epoch(key, batches, rate):
    net = hk.without_apply_rng(hk.transform(drop_sensors))
    return jnp.stack([net.apply({}, batch, rate) for batch in batches])
