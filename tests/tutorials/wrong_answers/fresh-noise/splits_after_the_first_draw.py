def build_input_output(key):
    inputs = jax.random.normal(key, (8, 36))
    key, noise_key = jax.random.split(key)
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]
