def build_input_output(key):
    key, subkey = jax.random.split(key)
    inputs = jax.random.normal(subkey, (8, 36))
    noise = jax.random.normal(subkey, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]
