def per_example_gradients(params, x, y):
    gradients = [jax.grad(example_loss)(params, xi, yi) for xi, yi in zip(x, y, strict=True)]
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *gradients)
