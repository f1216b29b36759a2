def build_input_output(key):
    inputs = jax.random.normal(key, (8, 36))
    noise = np.random.normal(size=(8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]
