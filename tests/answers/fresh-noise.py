# %% right: a key for each hour
def noisy_readings(key, signal):
    key, subkey = jax.random.split(key)
    works = jax.random.uniform(subkey, signal.shape[1:]) < 0.75

    def of_an_hour(key, row):
        key, subkey = jax.random.split(key)
        gain = 0.5 + jax.random.uniform(subkey)
        key, subkey = jax.random.split(key)
        return (gain * row + jax.random.normal(subkey, row.shape)) * works

    return jax.vmap(of_an_hour)(jax.random.split(key, len(signal)), signal)

# %% right: keys by number
def noisy_readings(key, signal):
    def noise_of(hour):
        return jax.random.normal(jax.random.fold_in(key, hour + 2), signal[0].shape)

    readings = signal * (1.5 - jax.random.uniform(jax.random.fold_in(key, 0), signal[:, :1].shape))
    readings += jax.vmap(noise_of)(jnp.arange(len(signal)))
    fails = jax.random.choice(jax.random.fold_in(key, 1), 4, signal.shape[1:]) == 0
    return readings.at[:].mul(1 - fails)

# %% right: one long draw of bits
def noisy_readings(key, signal):
    hours, sensors = signal.shape
    numbers = jax.random.uniform(key, (hours * sensors + hours + sensors,), minval=1e-7)
    noise, gain, works = jnp.split(numbers, [hours * sensors, hours * sensors + hours])
    noise = jax.scipy.stats.norm.ppf(noise).reshape(signal.shape)
    return jnp.where(works < 0.75, (0.5 + gain[:, None]) * signal + noise, 0)

# %% wrong: spoiled -> Which key has been drawn from or split before?
gain_key, noise_key, works_key = jax.random.split(key, 3)
# becomes
gain_key = noise_key = works_key = key

# %% wrong: one hour as a row -> it should be that of signal, with any axis of 1
return jnp.where(works, gain * signal + noise, 0.0)
# becomes
return jnp.where(works, gain * signal + noise, 0.0).squeeze()

# %% wrong: half precision
noise = jax.random.normal(noise_key, (hours, sensors))
# becomes
noise = jax.random.normal(noise_key, (hours, sensors), jnp.bfloat16)

# %% wrong: at most 16 sensors and hours
noise = jax.random.normal(noise_key, (hours, sensors))
# becomes
noise = jax.random.normal(noise_key, (16, 16))[jnp.arange(hours)[:, None] % 16, jnp.arange(sensors) % 16]

# %% wrong: gain of the noise -> does the gain multiply it
return jnp.where(works, gain * signal + noise, 0.0)
# becomes
return jnp.where(works, gain * (signal + noise), 0.0)

# %% wrong: noise where it fails -> where a sensor fails, there should be no noise
return jnp.where(works, gain * signal + noise, 0.0)
# becomes
return works * gain * signal + noise

# %% wrong: the signal where it fails -> where a sensor fails, the reading is not 0
return jnp.where(works, gain * signal + noise, 0.0)
# becomes
return jnp.where(works, gain * signal + noise, signal)

# %% wrong: from 0 to 1 -> the gains are not uniform between 0.5 and 1.5
gain = jax.random.uniform(gain_key, (hours, 1), minval=0.5, maxval=1.5)
# becomes
gain = jax.random.uniform(gain_key, (hours, 1))

# %% wrong: normal -> the gains are not uniform between 0.5 and 1.5
gain = jax.random.uniform(gain_key, (hours, 1), minval=0.5, maxval=1.5)
# becomes
gain = 1 + 12**-0.5 * jax.random.normal(gain_key, (hours, 1))

# %% wrong: one for all hours -> do they share a key, or one draw?
gain = jax.random.uniform(gain_key, (hours, 1), minval=0.5, maxval=1.5)
# becomes
gain = jax.random.uniform(gain_key, minval=0.5, maxval=1.5)

# %% wrong: again after a day -> gain and gain depend on each other
(hours, 1), minval=0.5, maxval=1.5)
# becomes
(24, 1), minval=0.5, maxval=1.5)[jnp.arange(hours) % 24]

# %% wrong: one for each reading -> the gain differs between the sensors of an hour
gain = jax.random.uniform(gain_key, (hours, 1), minval=0.5, maxval=1.5)
# becomes
gain = jax.random.uniform(gain_key, (hours, sensors), minval=0.5, maxval=1.5)

# %% wrong: uniform -> the noise is not normal
noise = jax.random.normal(noise_key, (hours, sensors))
# becomes
noise = 3**0.5 * jax.random.uniform(noise_key, (hours, sensors), minval=-1)

# %% wrong: the same each hour -> do draws share a key, or lack a shape
noise = jax.random.normal(noise_key, (hours, sensors))
# becomes
noise = jax.random.normal(noise_key, (sensors,))

# %% wrong: the same for all sensors -> do draws share a key, or lack a shape
noise = jax.random.normal(noise_key, (hours, sensors))
# becomes
noise = jax.random.normal(noise_key, (hours, 1))

# %% wrong: a quarter works -> of the sensors work, not 75%
works = jax.random.bernoulli(works_key, 0.75, (sensors,))
# becomes
works = jax.random.bernoulli(works_key, 0.25, (sensors,))

# %% wrong: for each reading -> a sensor that works in one hour fails in another
works = jax.random.bernoulli(works_key, 0.75, (sensors,))
# becomes
works = jax.random.bernoulli(works_key, 0.75, (hours, sensors))

# %% wrong: all or none -> do they share a key, or one draw?
works = jax.random.bernoulli(works_key, 0.75, (sensors,))
# becomes
works = jax.random.bernoulli(works_key, 0.75)

# %% wrong: gain and sensors by one key -> Which key has been drawn from or split before?
works = jax.random.bernoulli(works_key, 0.75, (sensors,))
# becomes
works = jax.random.bernoulli(gain_key, 0.75, (sensors,))

# %% wrong: noise and sensors by one key -> Which key has been drawn from or split before?
works = jax.random.bernoulli(works_key, 0.75, (sensors,))
# becomes
works = jax.random.bernoulli(noise_key, 0.75, (hours, sensors))[0]

# %% wrong: hours with opposite noise
noise = jax.random.normal(noise_key, (hours, sensors))
# becomes
noise = jax.random.normal(noise_key, (hours, sensors))
noise = noise.at[1::2].set(-noise[: hours // 2])

# %% wrong: a fixed key for the noise -> each call has the same noise
noise = jax.random.normal(noise_key, (hours, sensors))
# becomes
noise = jax.random.normal(jax.random.key(0), (hours, sensors))

# %% wrong: NumPy's generator -> The same key gives other readings
works = jax.random.bernoulli(works_key, 0.75, (sensors,))
# becomes
works = np.random.random(sensors) < 0.75

# %% wrong: the parent draws, too -> Which key has been drawn from or split before?
works = jax.random.bernoulli(works_key, 0.75, (sensors,))
# becomes
works = jax.random.bernoulli(key, 0.75, (sensors,))

# %% wrong: split and folded into -> but one key has two uses
gain_key, noise_key, works_key = jax.random.split(key, 3)
# becomes
gain_key, noise_key = jax.random.split(key)
works_key = jax.random.fold_in(key, 7)

# %% wrong: not with jax.vmap -> Under jax.vmap the key is a tracer
works = jax.random.bernoulli(works_key, 0.75, (sensors,))
# becomes
works = np.array(jax.random.uniform(works_key, (sensors,))) < 0.75

# %% wrong: three keys in the function of an hour -> do draws share a key
def noisy_readings(key, signal):
    def of_an_hour(row):
        first, second, third = jax.random.split(key, 3)
        gain = jax.random.uniform(first, minval=0.5, maxval=1.5)
        noise = jax.random.normal(second, row.shape)
        works = jax.random.bernoulli(third, 0.75, row.shape)
        return jnp.where(works, gain * row + noise, 0.0)

    return jax.vmap(of_an_hour)(signal)

# %% wrong: everything by hours -> a sensor that works in one hour fails in another
def noisy_readings(key, signal):
    def of_an_hour(key, row):
        first, second, third = jax.random.split(key, 3)
        gain = jax.random.uniform(first, minval=0.5, maxval=1.5)
        noise = jax.random.normal(second, row.shape)
        works = jax.random.bernoulli(third, 0.75, row.shape)
        return jnp.where(works, gain * row + noise, 0.0)

    return jax.vmap(of_an_hour)(jax.random.split(key, len(signal)), signal)

# %% wrong: the keys of the hours give the gain and the noise -> Which key has been drawn from or split before?
def noisy_readings(key, signal):
    key, subkey = jax.random.split(key)
    hours = jax.random.split(key, len(signal))
    works = jax.random.bernoulli(subkey, 0.75, signal.shape[1:])
    gain = jax.vmap(jax.random.uniform)(hours)[:, None] + 0.5
    noise = jax.vmap(lambda key: jax.random.normal(key, signal.shape[1:]))(hours)
    return jnp.where(works, gain * signal + noise, 0.0)
