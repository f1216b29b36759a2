def build_input_output(key):
    key, subkey = jax.random.split(key)
    inputs = jax.random.normal(subkey, (8, 36))
    key, subkey = jax.random.split(key)
    noise = jax.random.normal(subkey, inputs.shape)
    return inputs, noise, (jnp.sum(12 * inputs + noise, axis=1, keepdims=True) > 6).astype(int)
