def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss))(params, x, y)
