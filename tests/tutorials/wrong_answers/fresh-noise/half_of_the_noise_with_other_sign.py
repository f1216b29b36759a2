def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    half = jax.random.normal(noise_key, (4, 36))
    noise = jnp.concatenate([half, -half])
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]
