def drop_sensors(x, rate):
    on = jax.random.bernoulli(hk.next_rng_key(), 1 - rate, (x.shape[0], 1, x.shape[2]))
    return x * on


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])
