def build_input_output(key):
    inputs, noise, labels = [], [], []
    for row_key in jax.random.split(key, 8):
        input_key, noise_key = jax.random.split(row_key)
        x = jax.random.normal(input_key, (36,))
        n = jax.random.normal(noise_key, (36,))
        total = jnp.float32(0)
        for entry in 12 * x + n:
            total = total + entry
        inputs.append(x)
        noise.append(n)
        labels.append(total > 6)
    return [jnp.stack(inputs), jnp.stack(noise), jnp.stack(labels).astype(jnp.uint8)[:, None]]
