def build_input_output(key):
    inputs = jax.random.normal(key, (8, 36))
    seed = jnp.abs(inputs.sum() * 1000).astype(int)
    noise = jax.random.normal(jax.random.key(seed), (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]
