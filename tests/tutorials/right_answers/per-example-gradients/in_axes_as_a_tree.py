def per_example_gradients(params, x, y):
    axes = ({"w": None, "b": None}, 0, 0)
    return jax.vmap(jax.grad(example_loss), in_axes=axes)(params, x, y)
