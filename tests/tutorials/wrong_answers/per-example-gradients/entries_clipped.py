def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    return jax.tree.map(lambda leaf: jnp.clip(leaf, -limit, limit).mean(axis=0), g)
