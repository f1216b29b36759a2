def build_input_output(key):
    key, subkey = jax.random.split(key)
    inputs = jax.random.normal(subkey, (8, 36))
    key, subkey = jax.random.split(key)
    noisy = 12 * inputs + jax.random.normal(subkey, inputs.shape)
    return inputs, (jnp.sum(noisy, axis=1, keepdims=True) > 6).astype(int)
