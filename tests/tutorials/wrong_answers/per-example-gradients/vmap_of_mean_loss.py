def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(mean_loss), in_axes=(None, 0, 0))(params, x, y)
