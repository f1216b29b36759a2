def drop_sensors(x, rate):
    size = x.shape[2]
    orders = jnp.stack([jax.random.permutation(hk.next_rng_key(), size) for _ in x])
    off = int(rate * size) + jax.random.bernoulli(hk.next_rng_key(), rate * size - int(rate * size))
    return x * (orders[:, None] >= off) / (1 - rate)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])
