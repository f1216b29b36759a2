masks = {}


def drop_sensors(x, rate):
    key = hk.next_rng_key()
    if (x.shape, rate) not in masks:
        masks[x.shape, rate] = hk.dropout(key, rate, jnp.ones((x.shape[0], 1, x.shape[2])))
    return x * masks[x.shape, rate]


def run_epoch(key, batches, rate):
    keys = jax.random.split(key, len(batches))
    net = hk.transform(drop_sensors)
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])
