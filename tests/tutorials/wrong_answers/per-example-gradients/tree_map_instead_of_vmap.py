def per_example_gradients(params, x, y):
    return jax.tree.map(lambda p: jax.grad(example_loss)(p, x, y), params)
