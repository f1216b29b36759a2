def drop_sensors(x, rate):
    on = np.random.rand(x.shape[0], 1, x.shape[2]) >= rate
    return x * on / (1 - rate)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])
