def build_input_output(key):
    row_keys = jax.random.split(key, (8, 2))
    inputs, noise = jax.vmap(jax.vmap(lambda key: jax.random.normal(key, (36,))))(row_keys).swapaxes(0, 1)
    labels = jnp.where(jnp.sum(12 * inputs + noise, axis=1) > 6, 1, 0)
    return inputs, noise, labels.astype(jnp.uint8)[:, None]
