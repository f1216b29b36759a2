def drop_sensors(x, rate):
    keys = hk.next_rng_keys(len(x))
    masks = jax.vmap(lambda key: hk.dropout(key, rate, jnp.ones((1, x.shape[-1]))))(keys)
    return x * masks


def run_epoch(key, batches, rate):
    keys = hk.PRNGSequence(key)
    return [hk.transform(drop_sensors).apply({}, next(keys), batch, rate) for batch in batches]
