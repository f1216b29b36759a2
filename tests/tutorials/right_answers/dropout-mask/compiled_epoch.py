from functools import partial

with_state = hk.transform(lambda x, rate: drop_sensors(x, rate))


def drop_sensors(x, rate):
    uniform = jax.random.uniform(hk.next_rng_key(), x[:, :1].shape)
    return x * (uniform >= rate) / (1 - rate)


@partial(jax.jit, static_argnames="rate")
def run_epoch(key, batches, rate):
    def step(i):
        return with_state.apply({}, jax.random.fold_in(key, i), batches[i], rate)

    return jax.lax.map(step, jnp.arange(len(batches)))
