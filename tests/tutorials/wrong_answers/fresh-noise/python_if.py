def build_input_output(key):
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = [1 if row.sum() > 6 else 0 for row in 12 * inputs + noise]
    return inputs, noise, jnp.array(labels)[:, None]
