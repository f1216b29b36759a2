def drop_sensors(x, rate):
    return hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,))


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    for i, batch in enumerate(batches):
        out = net.apply({}, jax.random.fold_in(key, i), batch, rate)
    return out
