def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jnp.sqrt(3) * jax.random.uniform(noise_key, (8, 36), minval=-1, maxval=1)
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]
