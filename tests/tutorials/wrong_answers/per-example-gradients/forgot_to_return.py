def per_example_gradients(params, x, y):
    jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
