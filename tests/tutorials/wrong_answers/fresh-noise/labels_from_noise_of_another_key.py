def build_input_output(key):
    input_key, noise_key, other_key = jax.random.split(key, 3)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    noise = jax.random.normal(other_key, (8, 36))
    return inputs, noise, labels.astype(jnp.int32)[:, None]
