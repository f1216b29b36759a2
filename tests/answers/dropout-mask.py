# %% right: compiled epoch
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

# %% right: hk.vmap over recordings
def drop_sensors(x, rate):
    def one_recording(recording):
        on = hk.dropout(hk.next_rng_key(), rate, jnp.ones(recording.shape[1]))
        return recording * on

    return hk.vmap(one_recording, split_rng=not hk.running_init())(x)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    return jnp.stack([net.apply({}, jax.random.fold_in(key, i), b, rate) for i, b in enumerate(batches)])

# %% right: key for each recording by hand
def drop_sensors(x, rate):
    keys = hk.next_rng_keys(len(x))
    masks = jax.vmap(lambda key: hk.dropout(key, rate, jnp.ones((1, x.shape[-1]))))(keys)
    return x * masks


def run_epoch(key, batches, rate):
    keys = hk.PRNGSequence(key)
    return [hk.transform(drop_sensors).apply({}, next(keys), batch, rate) for batch in batches]

# %% right: numpy result and swapped axes
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

# %% wrong: sensors flicker -> sensors that flicker within a recording
hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,))
# becomes
hk.dropout(hk.next_rng_key(), rate, x)

# %% wrong: recordings alike -> Recordings have the same masks
broadcast_dims=(1,)
# becomes
broadcast_dims=(0, 1)

# %% wrong: batches alike -> Batches have the same masks
net.apply({}, k, b, rate)
# becomes
net.apply({}, key, b, rate)

# %% wrong: whole recordings -> Sensors have the same masks
broadcast_dims=(1,)
# becomes
broadcast_dims=(1, 2)

# %% wrong: the mean over the times
return hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,))
# becomes
return hk.dropout(hk.next_rng_key(), rate, x.mean(axis=1))

# %% wrong: the rate is the share kept -> of the sensors stay on. Which share should?
hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,))
# becomes
hk.dropout(hk.next_rng_key(), 1 - rate, x, (1,)) * rate / (1 - rate)

# %% wrong: scaled twice -> they are divided by 1 - rate twice
hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,))
# becomes
hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,)) / (1 - rate)

# %% wrong: a fixed key -> gives the same masks for different keys
hk.next_rng_key()
# becomes
jax.random.key(0)

# %% wrong: a layer behind -> drop_sensors needs no parameters
return hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,))
# becomes
return hk.Linear(x.shape[2])(hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,)))

# %% wrong: a module that is not there -> module 'haiku' has no attribute 'Dropout'
hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,))
# becomes
hk.Dropout(rate)(x)

# %% wrong: the first batch only
net.apply({}, k, b, rate)
# becomes
net.apply({}, k, batches[0], rate)

# %% wrong: the last batch only
return jnp.stack(outputs)
# becomes
return outputs[-1]

# %% wrong: two kinds of keys -> Batches have related masks. Which key does each get?
keys = jax.random.split(key, len(batches))
# becomes
keys = jnp.resize(jax.random.split(key), len(batches))

# %% wrong: keys repeat after sixteen -> Batches have related masks. Which key does each get?
keys = jax.random.split(key, len(batches))
# becomes
keys = jax.random.split(key, 16)[jnp.arange(len(batches)) % 16]

# %% wrong: the key of the page -> the same masks for another key
jax.random.split(key, len(batches))
# becomes
jax.random.split(jax.random.key(0), len(batches))

# %% wrong: no key -> What does apply need in order to draw?
net.apply({}, k, b, rate)
# becomes
net.apply({}, None, b, rate)

# %% wrong: chance of NumPy -> different masks for one key
keys = jax.random.split(key, len(batches))
# becomes
keys = jax.random.split(jax.random.fold_in(key, np.random.randint(10**9)), len(batches))

# %% wrong: called without transform -> must be used as part of an `hk.transform`
def drop_sensors(x, rate):
    return hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,))


def run_epoch(key, batches, rate):
    return jnp.stack([drop_sensors(batch, rate) for batch in batches])

# %% wrong: fixed number of sensors -> keeps nearly the same number of sensors
def drop_sensors(x, rate):
    size = x.shape[2]
    orders = jnp.stack([jax.random.permutation(hk.next_rng_key(), size) for _ in x])
    return x * (orders[:, None] >= round(rate * size)) / (1 - round(rate * size) / size)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])

# %% wrong: half the recordings share -> Recordings have related masks
def drop_sensors(x, rate):
    key = hk.next_rng_key()
    half = x.shape[0] // 2
    drop = lambda part: hk.dropout(key, rate, part, broadcast_dims=(1,))
    return jnp.concatenate([drop(x[:half]), drop(x[half:])])


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])

# %% wrong: hk.vmap without splitting -> Recordings have the same masks
def drop_sensors(x, rate):
    drop = lambda r: hk.dropout(hk.next_rng_key(), rate, r, broadcast_dims=(0,))
    return hk.vmap(drop, split_rng=False)(x)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])

# %% wrong: mask returned -> that is the mask alone
def drop_sensors(x, rate):
    on = hk.dropout(hk.next_rng_key(), rate, jnp.ones((x.shape[0], 1, x.shape[2])))
    return on * jnp.ones_like(x)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])

# %% wrong: neighbouring sensors share -> Sensors have related masks
def drop_sensors(x, rate):
    on = jax.random.bernoulli(hk.next_rng_key(), 1 - rate, (x.shape[0], 1, x.shape[2] // 2))
    return x * jnp.repeat(on, 2, axis=2) / (1 - rate)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])

# %% wrong: not scaled -> they are as in x
def drop_sensors(x, rate):
    on = jax.random.bernoulli(hk.next_rng_key(), 1 - rate, (x.shape[0], 1, x.shape[2]))
    return x * on


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])

# %% wrong: numpy generator -> gives two results for one key
def drop_sensors(x, rate):
    on = np.random.rand(x.shape[0], 1, x.shape[2]) >= rate
    return x * on / (1 - rate)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])

# %% wrong: scaled by the share that stayed
def drop_sensors(x, rate):
    on = jax.random.bernoulli(hk.next_rng_key(), 1 - rate, (x.shape[0], 1, x.shape[2]))
    return x * on / on.mean(axis=2, keepdims=True)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])

# %% wrong: scan with the key outside -> Batches have the same masks
def drop_sensors(x, rate):
    return hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,))


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    return jax.lax.map(lambda batch: net.apply({}, key, batch, rate), batches)

# %% wrong: sequence outside goes on -> different masks for one key
def drop_sensors(x, rate):
    return hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,))


_sequence = hk.PRNGSequence(0)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    return jnp.stack([net.apply({}, next(_sequence), batch, rate) for batch in batches])

# %% wrong: split_rng left out -> requires the split_rng argument to be passed
def drop_sensors(x, rate):
    drop = lambda r: hk.dropout(hk.next_rng_key(), rate, r, broadcast_dims=(0,))
    return hk.vmap(drop)(x)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, b, rate) for k, b in zip(keys, batches)])

# %% wrong: transformed
drop_sensors = hk.transform(lambda x, rate: hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,)))


def run_epoch(key, batches, rate):
    keys = jax.random.split(key, len(batches))
    return jnp.stack([drop_sensors.apply({}, k, b, rate) for k, b in zip(keys, batches)])

# %% wrong: every second recording has the mask of the one before, rotated by one sensor -> Recordings have rotated masks.
def drop_sensors(x, rate):
    B, T, S = x.shape
    first = jax.random.bernoulli(hk.next_rng_key(), 1 - rate, ((B + 1) // 2, S))
    on = jnp.stack([first, jnp.roll(first, 1, axis=1)], axis=1).reshape(-1, 1, S)[:B]
    return jnp.where(on, x / (1 - rate), 0)


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    return jnp.stack([net.apply({}, k, batch, rate) for k, batch in zip(keys, batches)])

# %% wrong: after 32 batches the keys begin again -> Batches have related masks.
def drop_sensors(x, rate):
    B, T, S = x.shape
    return x * hk.dropout(hk.next_rng_key(), rate, jnp.ones((B, 1, S)))


def run_epoch(key, batches, rate):
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, 32)
    return jnp.stack([net.apply({}, keys[i % 32], b, rate) for i, b in enumerate(batches)])
