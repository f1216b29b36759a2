@jax.jit
def build_input_output(key):
    keys = jax.random.split(key, 3)
    inputs = jax.random.normal(keys[2], (8, 36), dtype=jnp.float32)
    noise = jax.random.normal(keys[0], (8, 36))
    margin = (12 * inputs + noise) @ jnp.ones(36) - 6
    return inputs, noise, jnp.heaviside(margin, 0).astype(jnp.int32)[:, None]
