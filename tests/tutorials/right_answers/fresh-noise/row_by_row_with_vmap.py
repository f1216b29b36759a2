def build_input_output(key):
    def example(key):
        input_key, noise_key = jax.random.split(key)
        x = jax.random.normal(input_key, (36,))
        noise = jax.random.normal(noise_key, (36,))
        return x, noise, jnp.array([jnp.sum(12 * x + noise) > 6], dtype=jnp.int8)

    return jax.vmap(example)(jax.random.split(key, 8))
