def build_input_output(key):
    first, second = jax.random.split(key)
    inputs = jax.random.normal(first, (288,)).reshape(8, 36)
    noise = jax.random.normal(second, (36, 8)).T
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, jnp.expand_dims(labels * 1, 1)
