def per_example_gradients(params, x, y):
    def gradient(one_x, one_y):
        return jax.grad(example_loss)(params, one_x, one_y)

    return jax.vmap(gradient)(x, y)
