def per_example_gradients(params, x, y):
    gradients = jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
    return jax.tree.map(lambda g: jnp.linalg.norm(g.reshape(len(x), -1), axis=1), gradients)
