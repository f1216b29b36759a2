def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise_key = jax.random.key(jax.random.bits(noise_key, (), jnp.uint16))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]
