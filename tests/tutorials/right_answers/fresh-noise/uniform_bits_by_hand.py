def build_input_output(key):
    def standard_normal(key):
        share = jax.random.uniform(key, (8, 36), minval=1e-7, maxval=1.0)
        return jax.scipy.special.ndtri(share)

    inputs, noise = map(standard_normal, jax.random.split(key, 2))
    return inputs, noise, jnp.int32((12 * inputs + noise).sum(1, keepdims=True) > 6)
