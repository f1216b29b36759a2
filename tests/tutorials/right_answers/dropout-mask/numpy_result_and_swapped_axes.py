def drop_sensors(x, rate):
    by_sensor = jnp.moveaxis(x, 1, 2)  # (B, S, T)
    return jnp.moveaxis(hk.dropout(hk.next_rng_key(), rate, by_sensor, (2,)), 2, 1)


def run_epoch(key, batches, rate):
    out = np.zeros(batches.shape)
    net = hk.transform_with_state(drop_sensors)
    for n in range(batches.shape[0]):
        key, now = jax.random.split(key)
        out[n], _ = net.apply({}, {}, now, batches[n], rate)
    return out
