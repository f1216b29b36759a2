def draw(key):
    return jax.random.multivariate_normal(key, jnp.zeros(36), jnp.eye(36), (8,))


def build_input_output(key):
    keys = dict(zip(["noise", "inputs"], jax.random.split(key)))
    inputs, noise = draw(keys["inputs"]), draw(keys["noise"])
    labels = jax.lax.select((12 * inputs + noise).sum(1) > 6, jnp.ones(8, int), jnp.zeros(8, int))
    return inputs, noise, labels[:, jnp.newaxis]
