def per_example_gradients(params, x, y):
    loss, g = jax.vmap(jax.value_and_grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
    return {**g, "loss": loss}
