def build_input_output(key):
    inputs = jax.random.normal(jax.random.fold_in(key, 0), (8, 36))
    noise = jax.random.normal(jax.random.fold_in(key, 1), (8, 36))
    labels = (12 * inputs + noise).sum(axis=1) > 6
    return inputs, noise, labels.astype(jnp.int32)[:, None]
