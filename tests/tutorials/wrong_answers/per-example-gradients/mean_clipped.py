def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = jax.grad(mean_loss)(params, x, y)
    norm = jnp.sqrt(jnp.sum(g["w"] ** 2) + g["b"] ** 2)
    return jax.tree.map(lambda leaf: leaf * jnp.minimum(1, limit / norm), g)
