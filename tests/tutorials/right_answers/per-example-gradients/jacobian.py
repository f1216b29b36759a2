def per_example_gradients(params, x, y):
    return jax.jacobian(lambda p: jax.vmap(example_loss, in_axes=(None, 0, 0))(p, x, y))(params)
