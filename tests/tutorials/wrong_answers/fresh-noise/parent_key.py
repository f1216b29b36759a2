def build_input_output(key):
    key_1, key_2 = jax.random.split(key)
    inputs = jax.random.normal(key, (8, 36))
    noise = jax.random.normal(key_1, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]
