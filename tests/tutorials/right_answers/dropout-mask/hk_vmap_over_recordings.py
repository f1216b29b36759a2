def drop_sensors(x, rate):
    def one_recording(recording):
        on = hk.dropout(hk.next_rng_key(), rate, jnp.ones(recording.shape[1]))
        return recording * on

    return hk.vmap(one_recording, split_rng=not hk.running_init())(x)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    return jnp.stack([net.apply({}, jax.random.fold_in(key, i), b, rate) for i, b in enumerate(batches)])
