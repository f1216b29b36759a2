def drop_sensors(x, rate):
    size = (x.shape[0], 1, x.shape[2])
    return x * hk.dropout(hk.next_rng_key(), rate, jnp.ones(size))


def run_epoch(key, batches, rate):
    apply = hk.transform(drop_sensors).apply

    def step(key, batch):
        key, subkey = jax.random.split(key)
        return key, apply({}, subkey, batch, rate)

    return jax.lax.scan(step, key, batches)[1]
