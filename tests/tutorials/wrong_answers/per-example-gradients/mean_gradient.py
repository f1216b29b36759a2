def per_example_gradients(params, x, y):
    return jax.grad(mean_loss)(params, x, y)
