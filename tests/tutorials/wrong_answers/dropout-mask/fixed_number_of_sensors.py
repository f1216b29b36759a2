def drop_sensors(x, rate):
    size = x.shape[2]
    orders = jnp.stack([jax.random.permutation(hk.next_rng_key(), size) for _ in x])
    return x * (orders[:, None] >= round(rate * size)) / (1 - round(rate * size) / size)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])
