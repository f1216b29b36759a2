def per_example_gradients(params, x, y):
    _, gradients = jax.vmap(jax.value_and_grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
    return gradients
