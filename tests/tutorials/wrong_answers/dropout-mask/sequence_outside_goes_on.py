def drop_sensors(x, rate):
    return hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,))


_sequence = hk.PRNGSequence(0)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    return jnp.stack([net.apply({}, next(_sequence), batch, rate) for batch in batches])
