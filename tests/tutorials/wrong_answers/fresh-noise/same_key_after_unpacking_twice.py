def build_input_output(key):
    keys = jax.random.split(key)
    input_key, _ = keys
    noise_key = keys[0]
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]
