def build_input_output(key):
    inputs = np.random.normal(size=(8, 36)).astype(np.float32)
    noise = np.random.normal(size=(8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return jnp.array(inputs), jnp.array(noise.astype(np.float32)), jnp.array(labels.astype(np.int32))[:, None]
