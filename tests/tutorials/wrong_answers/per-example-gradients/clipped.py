def per_example_gradients(params, x, y):
    g = jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
    return jax.tree.map(lambda leaf: jnp.clip(leaf, -100, 100), g)
