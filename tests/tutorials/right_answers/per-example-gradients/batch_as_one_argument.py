def per_example_gradients(params, x, y):
    gradient_of_one = jax.grad(lambda params, pair: example_loss(params, *pair))
    return jax.vmap(gradient_of_one, in_axes=(None, 0))(params, (x, y))
