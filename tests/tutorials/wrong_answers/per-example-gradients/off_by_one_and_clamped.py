def per_example_gradients(params, x, y):
    gradients = [jax.grad(example_loss)(params, x[i], y[i]) for i in range(1, len(x) + 1)]
    return jax.tree.map(lambda *g: jnp.stack(g), *gradients)
